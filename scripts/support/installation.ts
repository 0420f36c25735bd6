import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isLoopback, readConfig, type Config } from '#lib/server/config.ts';
import { startCluster } from '#lib/server/postgres/cluster.ts';
import { ensureDatabase, runningServer } from '#lib/server/postgres/database.ts';
import { lockDataDir } from './lock.ts';

const DATABASE = 'tandem';

/** A data folder taken by this process, with its database running. */
export interface Installation {
	readonly config: Config;
	readonly databaseUrl: string;
	/** Demo data belong only on a machine that nobody else reaches, in a database that is ours. */
	readonly mayHoldDemo: boolean;
	/** Settings for the processes of this installation. */
	readonly env: Readonly<Record<string, string>>;
	/** Stops the embedded database; whoever uses it has to be stopped before. */
	close(): Promise<void>;
}

/** Takes DATA_DIR, makes the secret, and starts the embedded database unless DATABASE_URL names one. */
export async function openInstallation(what: string): Promise<Installation> {
	const config = readConfig(process.env);
	const unlock = lockDataDir(config.dataDir, what);
	try {
		const secret = config.secret ?? ownSecret(config.dataDir);
		const database = config.databaseUrl
			? given(config.databaseUrl)
			: await embedded(config.dataDir);
		return {
			config,
			databaseUrl: database.url,
			mayHoldDemo: database.isEmbedded && isLoopback(config.host),
			env: {
				DATABASE_URL: database.url,
				SECRET: secret,
				DATA_DIR: config.dataDir,
				HOST: config.host,
				PORT: String(config.port)
			},
			async close() {
				await database.stop();
				unlock();
			}
		};
	} catch (error) {
		unlock();
		throw error;
	}
}

/** Lends the database to `work` without disturbing whoever runs on it; starts it when nobody does. */
export async function withDatabase(
	what: string,
	work: (url: string, config: Config) => Promise<void>
): Promise<void> {
	const config = readConfig(process.env);
	const server = config.databaseUrl ? null : await runningServer(clusterDirectory(config.dataDir));
	const running = config.databaseUrl ?? (server && `${server}/${DATABASE}`);
	if (running) return work(running, config);
	const installation = await openInstallation(what);
	try {
		await work(installation.databaseUrl, config);
	} finally {
		await installation.close();
	}
}

const clusterDirectory = (dataDir: string) => path.join(dataDir, 'postgres');

const given = (url: string) => ({ url, isEmbedded: false, stop: async () => {} });

async function embedded(dataDir: string) {
	const cluster = await startCluster({
		directory: clusterDirectory(dataDir),
		durability: 'full'
	});
	await ensureDatabase(cluster.url('postgres'), DATABASE);
	return { url: cluster.url(DATABASE), isEmbedded: true, stop: cluster.stop };
}

/** Made once; whoever can read it can sign sessions, so nobody else may. */
function ownSecret(dataDir: string): string {
	const file = path.join(dataDir, 'secret');
	if (!existsSync(file)) {
		mkdirSync(dataDir, { recursive: true, mode: 0o700 });
		writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
	}
	return readFileSync(file, 'utf8').trim();
}
