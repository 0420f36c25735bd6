import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { codeOf, Sentence } from './sentence.ts';

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
	makeFolder(dataDir, dataDir);
	const file = path.join(dataDir, 'in-use.json');
	const mine = {
		pid: process.pid,
		born: bornAt(process.pid),
		what,
		since: new Date().toISOString()
	};
	try {
		take(file, mine, dataDir);
	} catch (error) {
		throw unusable(dataDir, error);
	}
	return () => {
		if (read(file)?.pid === process.pid) rmSync(file, { force: true });
	};
}

function take(file: string, mine: Holder, dataDir: string) {
	if (claim(file, mine)) return;
	const holder = read(file);
	if (holder && isRunning(holder)) throw new Sentence(refusal(dataDir, holder));
	rmSync(file, { force: true });
	if (claim(file, mine)) return;
	throw new Sentence(`${dataDir} is being taken by another start at this moment.`);
}

/**
 * Makes the folder and those above it, one by one: asked to make them all, Node tries for ever where the
 * system says that a parent is missing which is there, as below /proc.
 */
function makeFolder(folder: string, dataDir: string): void {
	if (existsSync(folder)) return;
	if (path.dirname(folder) !== folder) makeFolder(path.dirname(folder), dataDir);
	try {
		mkdirSync(folder, { mode: 0o700 });
	} catch (error) {
		// Another start made it in the meantime.
		if (codeOf(error) !== 'EEXIST') throw unusable(dataDir, error);
	}
}

/** The sentence for a data folder that cannot be made or written, whatever the system calls it. */
function unusable(dataDir: string, error: unknown): unknown {
	const code = codeOf(error);
	if (error instanceof Sentence || !code || code === 'ENOSPC') return error;
	const isForbidden = ['EACCES', 'EPERM', 'EROFS'].includes(code);
	const why = isForbidden
		? `This user may not write ${dataDir}: give it the right, or`
		: `${dataDir} cannot be a folder for data (${code}):`;
	return new Sentence(`${why} set DATA_DIR to a folder that may be written.`);
}

/** A link appears whole or not at all, so that nobody reads a half-written file. */
function claim(file: string, holder: Holder): boolean {
	const draft = `${file}.${holder.pid}`;
	writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
	try {
		linkSync(draft, file);
		return true;
	} catch (error) {
		if (codeOf(error) === 'EEXIST') return false;
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
		return codeOf(error) === 'EPERM';
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
