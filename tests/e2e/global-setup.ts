import { query, startThrowAwayCluster } from '#tests/support/cluster-setup.ts';
import { beginWatch, WATCHING } from './statements.ts';

const DATABASE = 'tandem_e2e';

/** One built system with the demo company for all journeys; they keep out of each other's records. */
export default async function setup() {
	// Beside the build that `npm start` uses.
	process.env.BUILD_DIR ||= '.data-test/build';
	const { startSystem } = await import('#tests/support/system.ts');
	const cluster = await startThrowAwayCluster(WATCHING);
	await query(`${cluster.url}postgres`, `create database ${DATABASE}`);
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
