import { TEMPLATE } from '#tests/support/cluster-setup.ts';
import { startSystem, type RunningSystem } from '#tests/support/system.ts';
import { openDatabase } from './deal-page.ts';

/** A system of its own on a database beside that of the journeys, for what would disturb them. */
export async function openOwnSystem(
	name: string,
	options: Parameters<typeof startSystem>[1] = {}
): Promise<RunningSystem> {
	const url = new URL(process.env.TANDEM_E2E_DATABASE ?? '');
	const common = openDatabase();
	url.pathname = `/tandem_${name}_${crypto.randomUUID().replaceAll('-', '')}`;
	const template = options.demo === false ? TEMPLATE : process.env.TANDEM_E2E_DEMO;
	await common.unsafe(`create database ${url.pathname.slice(1)} template ${template}`);
	await common.end();
	process.env.BUILD_DIR ||= '.data-test/build';
	return startSystem(url.href, options);
}
