import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import postgres from 'postgres';

const open = (url: string) => postgres(url, { max: 1, connect_timeout: 3, onnotice: () => {} });

/** Creates the database unless it is there. */
export async function ensureDatabase(serverUrl: string, name: string): Promise<void> {
	const sql = open(serverUrl);
	try {
		const found = await sql`select from pg_database where datname = ${name}`;
		if (found.length === 0) await sql`create database ${sql(name)}`;
	} finally {
		await sql.end();
	}
}

/**
 * Stops a server that a killed starter left behind on this data directory. The caller holds the
 * directory's lock, so whatever still runs there belongs to nobody.
 */
export async function retireOrphan(directory: string): Promise<void> {
	const pidFile = path.join(directory, 'postmaster.pid');
	if (!existsSync(pidFile)) return;
	const [pid, , , port] = readFileSync(pidFile, 'utf8').split('\n').map(Number);
	if (!pid || !port || !(await serves(port, directory))) return untilGone(pidFile, 5_000);
	process.kill(pid, 'SIGINT');
	await untilGone(pidFile, 30_000);
}

/** Address of the server that runs on this data directory, whoever started it, or null. */
export async function runningServer(directory: string): Promise<string | null> {
	const pidFile = path.join(directory, 'postmaster.pid');
	if (!existsSync(pidFile)) return null;
	const [, , , port] = readFileSync(pidFile, 'utf8').split('\n').map(Number);
	return port && (await serves(port, directory)) ? addressOf(port) : null;
}

const addressOf = (port: number) => `postgres://postgres@127.0.0.1:${port}`;

/** "Running" means that a query is answered and that it comes from this directory. */
async function serves(port: number, directory: string): Promise<boolean> {
	const sql = open(`${addressOf(port)}/postgres`);
	try {
		const [row] = await sql`show data_directory`;
		return realpathSync(String(row?.data_directory)) === realpathSync(directory);
	} catch {
		return false;
	} finally {
		await sql.end({ timeout: 1 });
	}
}

/** One that is just shutting down needs a moment; a file left by a power cut is for PostgreSQL to judge. */
async function untilGone(pidFile: string, patienceMs: number) {
	for (let waited = 0; existsSync(pidFile) && waited < patienceMs; waited += 50) {
		const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
		if (!isRunning(pid)) return;
		await wait(50);
	}
}

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
