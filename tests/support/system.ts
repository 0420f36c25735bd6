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
	/** Where each of its web processes answers, the first as `url`. */
	readonly urls: readonly string[];
	readonly databaseUrl: string;
	readonly web: Child;
	readonly webs: readonly Child[];
	readonly worker: Child;
	/** What the console would print where nobody can sign in yet. */
	readonly setupToken: string | null;
	stop(): Promise<void>;
}

interface Place {
	readonly dataDir: string;
	readonly env: Record<string, string>;
}

function placeFor(databaseUrl: string, demo: boolean): Place {
	const dataDir = mkdtempSync(path.join(tmpdir(), 'tandem-e2e-'));
	const env = {
		DATABASE_URL: databaseUrl,
		DATA_DIR: dataDir,
		SECRET: randomBytes(32).toString('base64url'),
		HOST: '127.0.0.1',
		TANDEM_DEMO: demo ? 'allowed' : 'refused'
	};
	return { dataDir, env };
}

const prepare = async ({ env }: Place) =>
	Prepared.parse(
		await runOnce({ name: 'preparing', file: path.join(buildDir, 'prepare.js'), env })
	);

/** Builds if needed and makes of this database what a first start makes of it, for others to be copied from. */
export async function prepareDatabase(databaseUrl: string): Promise<void> {
	await buildIfChanged();
	const place = placeFor(databaseUrl, true);
	await prepare(place);
	rmSync(place.dataDir, { recursive: true, force: true });
}

/**
 * Builds if needed, migrates the database, fills it with the demo company unless told not to, and starts
 * web and worker, each web process on a free port.
 */
export async function startSystem(
	databaseUrl: string,
	{ demo = true, webProcesses = 1, workerProcesses = 1 } = {}
): Promise<RunningSystem> {
	await buildIfChanged();
	const place = placeFor(databaseUrl, demo);
	const { dataDir, env } = place;
	const { setupToken } = await prepare(place);
	mkdirSync('test-results', { recursive: true });
	const output = openSync('test-results/system.log', 'a');
	const child = (name: string, own: Record<string, string> = {}) =>
		new Child({ name, file: path.join(buildDir, `${name}.js`), env: { ...env, ...own }, output });
	const ports: number[] = [];
	while (ports.length < webProcesses) ports.push(await freePort());
	const webs = ports.map((port) => child('web', { PORT: String(port) }));
	const workers = Array.from({ length: workerProcesses }, () => child('worker'));
	const [[web], [worker]] = [webs, workers];
	if (!web || !worker) throw new Error('there is one of each at least');
	const all = [...webs, ...workers];
	await Promise.all(all.map((one) => one.start()));
	const urls = ports.map((port) => `http://127.0.0.1:${port}`);
	return {
		url: `http://127.0.0.1:${ports[0]}`,
		urls,
		databaseUrl,
		web,
		webs,
		worker,
		setupToken,
		async stop() {
			await Promise.all(all.map((one) => one.stop()));
			closeSync(output);
			rmSync(dataDir, { recursive: true, force: true });
		}
	};
}
