import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../src/lib/server/postgres/cluster.ts';
import { endAtExit, temporaryFolder } from './leftovers.ts';
import { usageOf, type Usage } from './machine.ts';
import { median, seconds, spread } from './measure.ts';
import type { Row } from './report.ts';

const PATIENCE_MS = 180_000;
const IDLE_MS = 30_000;
// A process gives back what starting has left behind at its first rest: that is no rest yet.
const SETTLE_MS = 15_000;

/** `npm start` until it answers the sign-in page, and what all of it holds when nobody does anything. */
export async function measureStart(pace: { rounds: number }, buildDir: string): Promise<Row[]> {
	rmSync(buildDir, { recursive: true, force: true });
	const withoutBuild = await inNewFolder((start) => start());
	const first: number[] = [];
	for (let round = 0; round < pace.rounds; round++)
		first.push(await inNewFolder((start) => start()));
	const warm: number[] = [];
	const idle = await inNewFolder(async (start) => {
		await start();
		for (let round = 0; round < pace.rounds; round++) warm.push(await start());
		return start(idleUsage);
	});
	const second = median(warm);
	const firstEver = median(first);
	const nodeMiB = idle.nodeBytes / 2 ** 20;
	return [
		{
			what: 'Second start to the first page',
			goal: '≤ 1.2 s',
			figure: `${spread(warm.map((ms) => ms / 1000))} s`,
			holds: second <= 1200
		},
		{
			what: 'First start on an empty folder to the first page (database, migrations, demo company), built before',
			goal: '≤ 5 s',
			figure: `${spread(first.map((ms) => ms / 1000))} s`,
			holds: firstEver <= 5000
		},
		{
			what: 'First start ever, right after the installation: the same and the build',
			goal: '',
			figure: seconds(withoutBuild),
			holds: null
		},
		{
			what: `Memory of all ${idle.nodeProcesses} Node processes after ${IDLE_MS / 1000} s of rest (PSS)`,
			goal: '≤ 220 MiB',
			figure: `${nodeMiB.toFixed(0)} MiB, PostgreSQL ${(idle.databaseBytes / 2 ** 20).toFixed(0)} MiB`,
			holds: nodeMiB <= 220
		},
		{
			what: 'CPU of all Node processes at rest',
			goal: '≤ 0.5 % of a core',
			figure: `${(idle.nodeShare * 100).toFixed(2)} %, PostgreSQL ${((idle.share - idle.nodeShare) * 100).toFixed(2)} %`,
			holds: idle.nodeShare <= 0.005
		}
	];
}

type Start = {
	(): Promise<number>;
	<Answer>(whileRunning: (pid: number) => Promise<Answer>): Promise<Answer>;
};

/** Hands out a way to start Tandem, to look at it while it runs, and to stop it; answers milliseconds to the page. */
async function inNewFolder<Answer>(work: (start: Start) => Promise<Answer>): Promise<Answer> {
	const home = temporaryFolder();
	async function start<Looked>(look?: (pid: number) => Promise<Looked>) {
		const port = await freePort();
		const started = performance.now();
		const tandem = spawn(process.execPath, ['scripts/run.js', 'start'], {
			env: { ...process.env, DATA_DIR: path.join(home.path, 'data'), PORT: String(port) },
			stdio: ['ignore', 'ignore', 'inherit'],
			detached: true
		});
		const ended = endAtExit(tandem.pid);
		try {
			await answered(`http://127.0.0.1:${port}/sign-in`, tandem);
			const took = performance.now() - started;
			return look ? await look(tandem.pid ?? 0) : took;
		} finally {
			tandem.kill('SIGTERM');
			if (tandem.exitCode === null) await once(tandem, 'exit');
			ended();
		}
	}
	try {
		// Both forms of Start: with something to look at its answer, without it the time.
		return await work(start as Start);
	} finally {
		home.remove();
	}
}

async function answered(url: string, tandem: ChildProcess): Promise<void> {
	for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await wait(5)) {
		if (tandem.exitCode !== null) break;
		const answer = await fetch(url).catch(() => null);
		if (answer?.ok) {
			await answer.text();
			return;
		}
	}
	throw new Error('Tandem did not start');
}

async function idleUsage(pid: number): Promise<Usage & { share: number; nodeShare: number }> {
	await wait(SETTLE_MS);
	const before = usageOf(pid);
	await wait(IDLE_MS - SETTLE_MS);
	const after = usageOf(pid);
	const per = (some: number, others: number) => (some - others) / (IDLE_MS - SETTLE_MS);
	return {
		...after,
		share: per(after.cpuMs, before.cpuMs),
		nodeShare: per(after.nodeCpuMs, before.nodeCpuMs)
	};
}
