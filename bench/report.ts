import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** One line of the table. */
export interface Row {
	readonly what: string;
	/** Empty where the figure is only told. */
	readonly goal: string;
	readonly figure: string;
	readonly holds: boolean | null;
}

const README = path.join(import.meta.dirname, 'README.md');
const [BEGIN, END] = ['<!-- figures -->', '<!-- end of figures -->'];

/** The table of a run with where and when it was made. */
export function tableOf(rows: readonly Row[], circumstances: readonly string[]): string {
	const cpus = os.cpus().length;
	const memory = Math.round(os.totalmem() / 2 ** 30);
	const lines = rows.map(
		({ what, goal, figure, holds }) =>
			`| ${what} | ${goal} | ${figure} | ${holds === null ? '' : holds ? 'yes' : '**no**'} |`
	);
	return [
		`${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC; ${cpus} cores, ${memory} GiB, ${os.platform()} ${os.arch()}, Node ${process.versions.node}; everything on one machine, nothing pinned.`,
		'',
		'| What | Goal | Measured | Holds |',
		'| --- | --- | --- | --- |',
		...lines,
		'',
		...circumstances.map((line) => `- ${line}`)
	].join('\n');
}

/** Puts the table into README.md, in place of the one before. */
export function writeTable(table: string): void {
	const text = readFileSync(README, 'utf8');
	const [before] = text.split(BEGIN);
	const [, after] = text.split(END);
	if (after === undefined) throw new Error(`README.md has no place for figures: ${BEGIN} … ${END}`);
	writeFileSync(README, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}
