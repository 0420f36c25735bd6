import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Sentence } from './sentence.ts';

const Holder = z.object({
	pid: z.number(),
	/** When the process began, in the system's own measure: a pid alone may be somebody else's by now. */
	born: z.string(),
	what: z.string(),
	since: z.string()
});
type Holder = z.infer<typeof Holder>;

/** Takes the data folder for this process alone, or says who has it; answers how to give it back. */
export function lockDataDir(dataDir: string, what: string): () => void {
	mkdirSync(dataDir, { recursive: true, mode: 0o700 });
	const file = path.join(dataDir, 'in-use.json');
	const mine = {
		pid: process.pid,
		born: bornAt(process.pid),
		what,
		since: new Date().toISOString()
	};
	if (!claim(file, mine)) {
		const holder = read(file);
		if (holder && isRunning(holder)) throw new Sentence(refusal(dataDir, holder));
		rmSync(file, { force: true });
		if (!claim(file, mine)) {
			throw new Sentence(`${dataDir} is being taken by another start at this moment.`);
		}
	}
	return () => {
		if (read(file)?.pid === process.pid) rmSync(file, { force: true });
	};
}

/** A link appears whole or not at all, so that nobody reads a half-written file. */
function claim(file: string, holder: Holder): boolean {
	const draft = `${file}.${holder.pid}`;
	writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
	try {
		linkSync(draft, file);
		return true;
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(draft, { force: true });
	}
}

function read(file: string): Holder | null {
	try {
		return Holder.parse(JSON.parse(readFileSync(file, 'utf8')));
	} catch {
		return null;
	}
}

function isRunning({ pid, born }: Holder): boolean {
	try {
		process.kill(pid, 0);
		return bornAt(pid) === born;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}

/** Start time from /proc; elsewhere every process looks the same age and the pid alone decides. */
function bornAt(pid: number): string {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The program's name may contain spaces and brackets: fields are counted after the last one.
		return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
	} catch {
		return '';
	}
}

const refusal = (dataDir: string, { pid, what, since }: Holder) =>
	`${dataDir} is in use by ${what} (process ${pid}, since ${since}): stop that one first, or set DATA_DIR to another folder.`;
