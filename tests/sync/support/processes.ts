import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order } from './hub-process.ts';

const started = new Set<ChildProcess>();

/** Starts one of the scripts beside this file as a process of its own. */
export function start(script: string, args: readonly (string | number)[]): ChildProcess {
	const child = fork(fileURLToPath(new URL(script, import.meta.url)), args.map(String), {
		stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		execArgv: ['--disable-warning=ExperimentalWarning']
	});
	started.add(child);
	child.once('exit', () => started.delete(child));
	return child;
}

/** Resolves when the process has said the next thing. */
export const said = (child: ChildProcess) =>
	new Promise<ChildProcess>((resolve, reject) => {
		child.once('message', () => resolve(child));
		child.once('exit', () => reject(new Error('it ended before it was ready')));
	});

/** kill -9, and the word that it is gone. */
export async function killHard(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGKILL');
	await gone;
}

const killAll = () => Promise.all([...started].map(killHard));

let spare: Promise<ChildProcess> | null = null;

const warm = () => said(start('hub-process.ts', []));

/** Starts a hub on this port; it has been loaded beforehand, and the next one is being loaded. */
export async function startWeb(order: Order): Promise<ChildProcess> {
	// Taken before anything is waited for: two who start at once must not get the same one.
	const taken = spare ?? warm();
	spare = warm();
	// Whether it ever gets ready matters only to whoever takes it.
	spare.catch(() => {});
	const child = await taken;
	const serving = said(child);
	child.send(order);
	return serving;
}

export async function stopAll(): Promise<void> {
	await spare?.catch(() => {});
	spare = null;
	await killAll();
}
