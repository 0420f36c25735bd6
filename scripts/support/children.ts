import { fork, type ChildProcess } from 'node:child_process';
import { z } from 'zod';
import { Sentence } from './sentence.ts';

/** What a process says once it serves; web adds where. */
const Ready = z.object({ type: z.literal('ready') });
const Failed = z.object({ type: z.literal('failed'), message: z.string() });

const STOP_PATIENCE_MS = 15_000;
const RESTART_DELAY_MS = 500;
const STABLE_AFTER_MS = 10_000;
const MOST_FAILURES = 5;
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning', '--expose-gc'];

interface ChildOptions {
	readonly name: string;
	readonly file: string;
	readonly env: Readonly<Record<string, string>>;
	/** Open file for what the process prints, instead of this one's output. */
	readonly output?: number;
}

/** One process of the installation, started again when it dies, until it is stopped. */
export class Child {
	readonly #options: ChildOptions;
	#process: ChildProcess | null = null;
	#stopping = false;
	#failures = 0;

	constructor(options: ChildOptions) {
		this.#options = options;
	}

	/** The running process; another one after each restart. */
	get pid(): number | undefined {
		return this.#process?.pid;
	}

	/** Starts it and waits until it says that it is ready; rejects with its own sentence when it fails. */
	async start(): Promise<void> {
		await this.#launch();
	}

	/** Asks it to finish what it is doing, and ends it when that takes too long. */
	async stop(): Promise<void> {
		this.#stopping = true;
		await this.#end();
	}

	/** Replaces the process, for example because its code changed. */
	async restart(): Promise<void> {
		this.#stopping = true;
		await this.#end();
		this.#stopping = false;
		await this.#launch();
	}

	#launch(): Promise<void> {
		const { file, env, output = 'inherit' } = this.#options;
		const child = fork(file, {
			env: { ...process.env, ...env },
			execArgv: NODE_OPTIONS,
			stdio: ['ignore', output, output, 'ipc'],
			// Its own group: Ctrl-C reaches the terminal's group, and the order of stopping is ours.
			detached: true
		});
		this.#process = child;
		const launchedAt = Date.now();
		return new Promise((resolve, reject) => {
			let isReady = false;
			let complaint: string | null = null;
			child.on('message', (message) => {
				if (Ready.safeParse(message).success) {
					isReady = true;
					resolve();
				}
				complaint = Failed.safeParse(message).data?.message ?? complaint;
			});
			child.on('error', reject);
			child.on('exit', () => {
				if (!isReady) reject(this.#failure(complaint));
				else if (!this.#stopping) this.#again(launchedAt);
			});
		});
	}

	#failure(complaint: string | null) {
		const { name } = this.#options;
		return complaint ? new Sentence(complaint) : new Error(`${name} stopped while it was starting`);
	}

	#again(launchedAt: number) {
		if (this.#stopping) return;
		const wasStable = Date.now() - launchedAt > STABLE_AFTER_MS;
		this.#failures = wasStable ? 0 : this.#failures + 1;
		const { name } = this.#options;
		if (this.#failures > MOST_FAILURES) {
			console.error(`${name} keeps failing and stays off: see the log above.`);
			return;
		}
		console.error(`${name} stopped unexpectedly and is started again.`);
		setTimeout(() => {
			if (!this.#stopping) this.#launch().catch(() => this.#again(Date.now()));
		}, RESTART_DELAY_MS);
	}

	async #end(): Promise<void> {
		const child = this.#process;
		this.#process = null;
		if (!child || child.exitCode !== null || child.signalCode !== null) return;
		const gone = new Promise((resolve) => child.once('exit', resolve));
		child.kill('SIGTERM');
		const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE_MS);
		await gone;
		clearTimeout(impatience);
	}
}

/**
 * Runs a script to its end and answers the message it sent; rejects with its own sentence. What it
 * prints is shown only when it fails.
 */
export function runOnce(options: ChildOptions): Promise<unknown> {
	const child = fork(options.file, [], {
		env: { ...process.env, ...options.env },
		execArgv: NODE_OPTIONS,
		silent: true
	});
	const printed: Buffer[] = [];
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (piece: Buffer) => printed.push(piece));
	}
	return new Promise((resolve, reject) => {
		let answer: unknown;
		child.on('message', (message) => (answer = message));
		child.on('error', reject);
		child.on('exit', (code) => {
			const failed = Failed.safeParse(answer);
			if (failed.success) reject(new Sentence(failed.data.message));
			else if (code === 0) resolve(answer);
			else reject(new Error(`${options.name} failed\n${Buffer.concat(printed).toString()}`));
		});
	});
}
