import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Settings that a start must not inherit from whoever runs the tests. */
const OURS = [
	...['PORT', 'HOST', 'ORIGIN', 'DATABASE_URL', 'DATA_DIR', 'SECRET', 'TRUSTED_PROXIES'],
	...['WEB_PROCESSES', 'WORKER_PROCESSES']
];
const KILL_AFTER_MS = 120_000;

type Settings = Readonly<Record<string, string>>;

export interface Started {
	/** Everything it printed so far. */
	readonly printed: () => string;
	/** Resolves when this appears in what it prints; rejects when it ends before. */
	until(pattern: RegExp): Promise<RegExpMatchArray>;
	/** Ctrl-C, as a terminal sends it: to the whole group. Answers the exit code. */
	interrupt(): Promise<number | null>;
	/** Its exit code, once it ended by itself. */
	readonly ended: Promise<number | null>;
}

/** Runs what `npm start` runs, with these settings and no others. */
export function start(settings: Settings, { uid }: { uid?: number } = {}): Started {
	const inherited = Object.entries(process.env).filter(([name]) => !OURS.includes(name));
	const child = spawn(process.execPath, ['scripts/run.js', 'start'], {
		env: { ...Object.fromEntries(inherited), ...settings },
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true,
		...(uid !== undefined && { uid, gid: uid })
	});
	let text = '';
	const waiting = new Set<() => void>();
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (piece: Buffer) => {
			text += piece.toString();
			for (const look of waiting) look();
		});
	}
	const group = (signal: NodeJS.Signals) => {
		if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
	};
	// One that spins would otherwise outlive the tests.
	const impatience = setTimeout(() => group('SIGKILL'), KILL_AFTER_MS);
	const ended = new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => {
			clearTimeout(impatience);
			resolve(code);
		});
	});
	return {
		printed: () => text,
		ended,
		until(pattern) {
			return new Promise((resolve, reject) => {
				const look = () => {
					const found = pattern.exec(text);
					if (!found) return;
					waiting.delete(look);
					resolve(found);
				};
				waiting.add(look);
				look();
				void ended.then(() => reject(new Error(`it ended without ${pattern}:\n${text}`)));
			});
		},
		interrupt() {
			group('SIGINT');
			return ended;
		}
	};
}

/** What a start that cannot go on says, and with which code it ends. */
export async function refusedStart(settings: Settings, as: { uid?: number } = {}) {
	const process = start(settings, as);
	const code = await process.ended;
	return { code, lines: process.printed().trim().split('\n') };
}

/**
 * A port that stays free between two starts: below those that the system gives to outgoing connections,
 * which a busy machine hands out again at once.
 */
export async function quietPort(): Promise<string> {
	for (;;) {
		const port = randomInt(12_000, 30_000);
		const probe = net.createServer();
		const isFree = await new Promise<boolean>((resolve) => {
			probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
		});
		await new Promise((resolve) => probe.close(resolve));
		if (isFree) return String(port);
	}
}

/** A folder for one test, taken away when it is over. */
export function temporaryFolder(): { readonly path: string } & Disposable {
	const folder = mkdtempSync(path.join(tmpdir(), 'tandem-start-'));
	return {
		path: folder,
		[Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
	};
}
