import { DELIMITERS, type Delimiter } from '#lib/shared/csv.ts';
import { parseRecords, type CsvRecord, type Dialect } from './reader.ts';

export interface SniffedDialect {
	readonly delimiter: Delimiter;
	readonly lineEnd: '\n' | '\r';
	/** Lines at the very top that start with "# " and are no row (how word lists name their origin). */
	readonly commentLines: number;
}

const SAMPLE_RECORDS = 200;
/** Share of rows that must have the same number of columns before a character counts as the delimiter. */
const CONSISTENT = 0.6;

/** Delimiter and line end of a text, from its beginning; `isCut` says that more text follows. */
export function sniffDialect(sample: string, isCut: boolean): SniffedDialect {
	const lineEnd = sample.includes('\n') || !sample.includes('\r') ? '\n' : '\r';
	let delimiter: Delimiter = ',';
	let best = 0;
	for (const candidate of DELIMITERS) {
		const records = parseRecords(sample, { delimiter: candidate, lineEnd }, isCut);
		const score = consistency(records.slice(0, SAMPLE_RECORDS));
		if (score > best) {
			best = score;
			delimiter = candidate;
		}
	}
	return { delimiter, lineEnd, commentLines: countComments(sample, { delimiter, lineEnd }, isCut) };
}

/** How sure a delimiter is: 0 for none, else the share of rows with the usual column count, and a little for more columns. */
function consistency(records: readonly CsvRecord[]): number {
	const counts = new Map<number, number>();
	let rows = 0;
	for (const { cells, fault } of records) {
		if (fault || (cells.length === 1 && cells[0]?.trim() === '')) continue;
		counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
		rows++;
	}
	let usual = 1;
	for (const [columns, count] of counts) if (count > (counts.get(usual) ?? 0)) usual = columns;
	const share = (counts.get(usual) ?? 0) / rows;
	return usual > 1 && share >= CONSISTENT ? share + Math.min(usual, 20) / 100 : 0;
}

function countComments(sample: string, dialect: Dialect, isCut: boolean): number {
	const records = parseRecords(sample, dialect, isCut);
	const end = records.findIndex(({ cells }) => !isBlank(cells) && !isComment(cells));
	const above = end < 0 ? [] : records.slice(0, end);
	return above.some(({ cells }) => isComment(cells)) ? above.length : 0;
}

const isBlank = (cells: readonly string[]) => cells.length === 1 && cells[0]?.trim() === '';

const isComment = (cells: readonly string[]) =>
	cells.length === 1 && (cells[0] ?? '').startsWith('# ');
