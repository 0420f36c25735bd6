import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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

/** Resolves when the process has said that it is ready. */
export const ready = (child: ChildProcess) =>
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

export const killAll = () => Promise.all([...started].map(killHard));
