import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '#lib/server/db/migrate.ts';
import { startCluster } from '#lib/server/postgres/cluster.ts';

declare module 'vitest' {
	interface ProvidedContext {
		/** Address of the throw-away server, without a database name. */
		clusterUrl: string;
	}
}

export const TEMPLATE = 'tandem_template';
const PREFIX = 'tandem-test-';

/** One throw-away PostgreSQL per Vitest run, with a migrated template that every test file clones. */
export default async function setup(project: TestProject) {
	const cluster = await startThrowAwayCluster();
	project.provide('clusterUrl', cluster.url);
	return cluster.stop;
}

export async function startThrowAwayCluster(settings: readonly string[] = []) {
	sweepLeftovers();
	const home = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
	const cluster = await startCluster({
		directory: path.join(home, 'data'),
		durability: 'none',
		settings
	});
	const watchdog = watch(cluster.pid, home);
	await query(cluster.url('postgres'), `create database ${TEMPLATE}`);
	await migrateDatabase(cluster.url(TEMPLATE));
	return {
		url: cluster.url(''),
		async stop() {
			await cluster.stop();
			watchdog.kill();
			rmSync(home, { recursive: true, force: true });
		}
	};
}

export async function query(url: string, statement: string) {
	const sql = postgres(url, { max: 1, onnotice: () => {} });
	await sql.unsafe(statement).finally(() => sql.end());
}

/** A child that outlives a killed test run just long enough to stop its server and remove its files. */
function watch(serverPid: number, home: string) {
	const script = `
		process.on('SIGINT', () => {});
		process.stdin.resume().on('close', () => {
			try { process.kill(${serverPid}, 'SIGINT'); } catch {}
			setTimeout(() => require('fs').rmSync(${JSON.stringify(home)}, { recursive: true, force: true }), 1500);
		});`;
	const child = spawn(process.execPath, ['--input-type=commonjs', '-e', script], {
		stdio: ['pipe', 'ignore', 'ignore'],
		detached: true
	});
	child.unref();
	return child;
}

/** Folders of runs whose process is gone, in case machine and watchdog went down together. */
function sweepLeftovers() {
	for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
		if (isAlive(Number(name.slice(PREFIX.length).split('-')[0]))) continue;
		const home = path.join(tmpdir(), name);
		const server = serverOf(home);
		if (server && isAlive(server)) process.kill(server, 'SIGINT');
		rmSync(home, { recursive: true, force: true, maxRetries: 3 });
	}
}

function serverOf(home: string): number | null {
	try {
		const [pid, directory] = readFileSync(path.join(home, 'data/postmaster.pid'), 'utf8').split(
			'\n'
		);
		return directory === path.join(home, 'data') ? Number(pid) : null;
	} catch {
		return null;
	}
}

function isAlive(pid: number) {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
