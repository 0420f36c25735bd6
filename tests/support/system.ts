import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildDir, buildIfChanged } from '../../scripts/support/build-state.ts';
import { Child, runOnce } from '../../scripts/support/children.ts';
import { Prepared } from '../../scripts/support/greeting.ts';
import { freePort } from '#lib/server/postgres/cluster.ts';

/** A built Tandem with its own files, on a database that somebody else provides. */
export interface RunningSystem {
	readonly url: string;
	readonly databaseUrl: string;
	readonly web: Child;
	readonly worker: Child;
	/** What the console would print where nobody can sign in yet. */
	readonly setupToken: string | null;
	stop(): Promise<void>;
}

/**
 * Builds if needed, migrates the database, fills it with the demo company unless told not to, and starts
 * web and worker on a free port.
 */
export async function startSystem(
	databaseUrl: string,
	{ demo = true }: { demo?: boolean } = {}
): Promise<RunningSystem> {
	await buildIfChanged();
	const dataDir = mkdtempSync(path.join(tmpdir(), 'tandem-e2e-'));
	const port = await freePort();
	const env = {
		DATABASE_URL: databaseUrl,
		DATA_DIR: dataDir,
		SECRET: randomBytes(32).toString('base64url'),
		HOST: '127.0.0.1',
		PORT: String(port),
		TANDEM_DEMO: demo ? 'allowed' : 'refused'
	};
	const { setupToken } = Prepared.parse(
		await runOnce({ name: 'preparing', file: path.join(buildDir, 'prepare.js'), env })
	);
	mkdirSync('test-results', { recursive: true });
	const output = openSync('test-results/system.log', 'a');
	const child = (name: string) =>
		new Child({ name, file: path.join(buildDir, `${name}.js`), env, output });
	const [web, worker] = [child('web'), child('worker')];
	await Promise.all([web.start(), worker.start()]);
	return {
		url: `http://127.0.0.1:${port}`,
		databaseUrl,
		web,
		worker,
		setupToken,
		async stop() {
			await Promise.all([web.stop(), worker.stop()]);
			closeSync(output);
			rmSync(dataDir, { recursive: true, force: true });
		}
	};
}
