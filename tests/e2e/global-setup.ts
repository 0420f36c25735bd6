import { query, startThrowAwayCluster, TEMPLATE } from '#tests/support/cluster-setup.ts';
import { beginWatch, WATCHING } from './statements.ts';

const DATABASE = 'tandem_e2e';
/** With the demo company; nobody ever works in it. */
const DEMO = 'tandem_demo';

/** One built system with the demo company for all journeys; they keep out of each other's records. */
export default async function setup() {
	// Beside the build that `npm start` uses.
	process.env.BUILD_DIR ||= '.data-test/build';
	const { prepareDatabase, startSystem } = await import('#tests/support/system.ts');
	const cluster = await startThrowAwayCluster(WATCHING);
	const make = (name: string, template: string) =>
		query(`${cluster.url}postgres`, `create database ${name} template ${template}`);
	await make(DEMO, TEMPLATE);
	await prepareDatabase(`${cluster.url}${DEMO}`);
	await make(DATABASE, DEMO);
	process.env.TANDEM_E2E_DEMO = DEMO;
	const system = await startSystem(`${cluster.url}${DATABASE}`);
	await beginWatch(system.databaseUrl);
	// Playwright hands the environment on to its workers.
	process.env.TANDEM_E2E_URL = system.url;
	process.env.TANDEM_E2E_DATABASE = system.databaseUrl;
	return async () => {
		await system.stop();
		await cluster.stop();
	};
}
