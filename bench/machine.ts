import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from './leftovers.ts';
import { hammer } from './measure.ts';

/** What the machine itself gives at the moment. */
export interface Calibration {
	readonly syncsPerSecond: number;
	readonly hellosPerSecond: number;
	/** Share of all cores that others used while this process did nothing. */
	readonly busy: number;
}

export async function calibrate(seconds: number): Promise<Calibration> {
	const busy = await othersBusy(1000);
	return { syncsPerSecond: syncs(seconds), hellosPerSecond: await hellos(seconds), busy };
}

const TOLERATED = 0.25;

/** Whether the machine was the same at both ends of a run, in words. */
export function drift(start: Calibration, end: Calibration): { isVoid: boolean; lines: string[] } {
	const moved = (from: number, to: number) => to / from - 1;
	const sync = moved(start.syncsPerSecond, end.syncsPerSecond);
	const hello = moved(start.hellosPerSecond, end.hellosPerSecond);
	const isVoid = [sync, hello].some((share) => Math.abs(share) > TOLERATED);
	const figure = (from: number, to: number, by: number) =>
		`${from.toFixed(0)} → ${to.toFixed(0)} per second (${by > 0 ? '+' : ''}${(by * 100).toFixed(0)} %)`;
	return {
		isVoid,
		lines: [
			`The machine, before → after: fdatasync of 8 KiB ${figure(start.syncsPerSecond, end.syncsPerSecond, sync)}; plain Node "hello" over HTTP ${figure(start.hellosPerSecond, end.hellosPerSecond, hello)}; used by others ${(start.busy * 100).toFixed(0)} % → ${(end.busy * 100).toFixed(0)} % of all cores.`,
			isVoid
				? '**This run is void: the machine moved by more than 25 % while it was measured.**'
				: 'The machine moved by less than 25 %: the run counts.'
		]
	};
}

function syncs(seconds: number): number {
	const home = temporaryFolder();
	const file = openSync(path.join(home.path, 'sync'), 'w');
	const block = Buffer.alloc(8192, 1);
	const started = performance.now();
	let count = 0;
	for (; performance.now() - started < seconds * 1000; count++) {
		writeSync(file, block, 0, block.length, 0);
		fdatasyncSync(file);
	}
	closeSync(file);
	home.remove();
	return count / ((performance.now() - started) / 1000);
}

async function hellos(seconds: number): Promise<number> {
	const server = fork(path.join(import.meta.dirname, 'hello-process.ts'));
	try {
		const [port] = (await once(server, 'message')) as [number];
		const url = `http://127.0.0.1:${port}/`;
		await hammer(url, '', { seconds: seconds / 2, connections: 8 });
		return (await hammer(url, '', { seconds, connections: 8 })).perSecond;
	} finally {
		server.disconnect();
	}
}

async function othersBusy(milliseconds: number): Promise<number> {
	const before = os.cpus();
	await wait(milliseconds);
	const after = os.cpus();
	const total = (cpus: os.CpuInfo[], pick: (times: os.CpuInfo['times']) => number) =>
		cpus.reduce((sum, { times }) => sum + pick(times), 0);
	const all = (times: os.CpuInfo['times']) => Object.values(times).reduce((a, b) => a + b, 0);
	const idle = total(after, ({ idle }) => idle) - total(before, ({ idle }) => idle);
	return 1 - idle / (total(after, all) - total(before, all));
}

/** What a process and everything it has started hold and have used. */
export interface Usage {
	readonly nodeBytes: number;
	readonly nodeProcesses: number;
	readonly databaseBytes: number;
	readonly cpuMs: number;
	readonly nodeCpuMs: number;
}

/** Memory as the share of each page that is theirs (PSS): shared pages are not counted twice. Linux only. */
export function usageOf(root: number): Usage {
	const usage = { nodeBytes: 0, nodeProcesses: 0, databaseBytes: 0, cpuMs: 0, nodeCpuMs: 0 };
	for (const pid of familyOf(root)) {
		const pss = /^Pss:\s+(\d+) kB/m.exec(read(pid, 'smaps_rollup'))?.[1];
		const bytes = Number(pss ?? 0) * 1024;
		const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
		const cpuMs = (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
		usage.cpuMs += cpuMs;
		if (read(pid, 'comm').startsWith('postgres')) {
			usage.databaseBytes += bytes;
		} else {
			usage.nodeBytes += bytes;
			usage.nodeProcesses += 1;
			usage.nodeCpuMs += cpuMs;
		}
	}
	return usage;
}

const TICK_MS = 10;

function familyOf(root: number): number[] {
	const parents = new Map<number, number>();
	for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
		const parent = /^PPid:\s+(\d+)/m.exec(read(Number(name), 'status'))?.[1];
		if (parent) parents.set(Number(name), Number(parent));
	}
	const belongs = (pid: number): boolean => {
		const parent = parents.get(pid);
		return pid === root || (parent !== undefined && belongs(parent));
	};
	return [...parents.keys()].filter(belongs);
}

function read(pid: number, file: string): string {
	try {
		return readFileSync(`/proc/${pid}/${file}`, 'utf8');
	} catch {
		return ''; // it has ended
	}
}
