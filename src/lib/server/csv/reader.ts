/** How the cells and rows of a file are told apart. */
export interface Dialect {
	readonly delimiter: string;
	/** Carriage returns alone end lines only in files that have no line feed at all. */
	readonly lineEnd: '\n' | '\r';
}

export interface CsvRecord {
	readonly cells: readonly string[];
	/** Set when the row could not be read; `cells` then holds its first line, split as well as it can be. */
	readonly fault: 'unclosed_quote' | 'row_too_long' | null;
}

/** Longest row that is read into memory, in characters; a longer one fails alone. */
export const MAX_RECORD = 2 * 1024 * 1024;

const QUOTE = '"';

/**
 * Rows of a CSV text that arrives in pieces (RFC 4180, read the way spreadsheets read it). A quote
 * that is never closed costs its own line only: reading goes on after that line, and memory stays
 * within one row of `MAX_RECORD` characters.
 */
export async function* readRecords(
	pieces: AsyncIterable<string>,
	dialect: Dialect
): AsyncGenerator<CsvRecord[]> {
	const reader = new RecordReader(dialect);
	for await (const piece of pieces) {
		const records = reader.push(piece);
		if (records.length > 0) yield records;
	}
	const rest = reader.end();
	if (rest.length > 0) yield rest;
}

/** All rows of a text that is there as a whole; `isCut` drops the last row when the text is only a beginning. */
export function parseRecords(text: string, dialect: Dialect, isCut: boolean): CsvRecord[] {
	const reader = new RecordReader(dialect);
	const records = reader.push(text);
	return isCut && records.length > 0 ? records : [...records, ...reader.end()];
}

class RecordReader {
	readonly #dialect: Dialect;
	#text = '';
	#isSkippingLine = false;

	constructor(dialect: Dialect) {
		this.#dialect = dialect;
	}

	push(piece: string): CsvRecord[] {
		this.#text += piece;
		return this.#drain(false);
	}

	end(): CsvRecord[] {
		return this.#drain(true);
	}

	#drain(isLast: boolean): CsvRecord[] {
		const records: CsvRecord[] = [];
		let at = this.#isSkippingLine ? this.#skipLine() : 0;
		while (at < this.#text.length) {
			const read = readRecord(this.#text, at, this.#dialect, isLast);
			if (!read) break;
			records.push(read.record);
			at = read.end;
			if (read.isMidLine) {
				this.#isSkippingLine = true;
				at = this.#text.length;
			}
		}
		this.#text = this.#text.slice(at);
		return records;
	}

	#skipLine(): number {
		const lineEnd = this.#text.indexOf(this.#dialect.lineEnd);
		if (lineEnd < 0) return this.#text.length;
		this.#isSkippingLine = false;
		return lineEnd + 1;
	}
}

interface ReadRecord {
	readonly record: CsvRecord;
	/** Where the next row begins. */
	readonly end: number;
	/** True when the row was given up before its line ended: the rest of the line is to be skipped. */
	readonly isMidLine?: boolean;
}

/** One row from `start`; null when the text ends before the row does and more is to come. */
function readRecord(
	text: string,
	start: number,
	dialect: Dialect,
	isLast: boolean
): ReadRecord | null {
	const cells: string[] = [];
	let at = start;
	for (;;) {
		const cell =
			text[at] === QUOTE ? quotedCell(text, at, dialect, isLast) : plainCell(text, at, dialect);
		const isOpen = cell === 'more' || (cell !== 'unclosed' && cell.end >= text.length && !isLast);
		if (isOpen && text.length - start <= MAX_RECORD) return null;
		if (isOpen || cell === 'unclosed' || cell.end - start > MAX_RECORD) {
			return failedLine(text, start, dialect, isLast);
		}
		const isRowEnd = cell.end >= text.length || text[cell.end] === dialect.lineEnd;
		cells.push(isRowEnd ? withoutReturn(cell, text, dialect) : cell.value);
		if (isRowEnd) return { record: { cells, fault: null }, end: cell.end + 1 };
		at = cell.end + 1;
	}
}

interface Cell {
	readonly value: string;
	/** Index of the delimiter or line end behind the cell. */
	readonly end: number;
	readonly isQuoted: boolean;
}

function plainCell(text: string, start: number, { delimiter, lineEnd }: Dialect): Cell {
	let end = start;
	while (end < text.length && text[end] !== delimiter && text[end] !== lineEnd) end++;
	return { value: text.slice(start, end), end, isQuoted: false };
}

function quotedCell(
	text: string,
	start: number,
	dialect: Dialect,
	isLast: boolean
): Cell | 'unclosed' | 'more' {
	let close = text.indexOf(QUOTE, start + 1);
	while (close >= 0 && text[close + 1] === QUOTE) close = text.indexOf(QUOTE, close + 2);
	if (close < 0) return isLast ? 'unclosed' : 'more';
	const inside = text.slice(start + 1, close);
	const rest = plainCell(text, close + 1, dialect);
	if (rest.end >= text.length && !isLast) return 'more';
	if (rest.value.trim() === '') {
		return { value: inside.replaceAll('""', QUOTE), end: rest.end, isQuoted: true };
	}
	// Text behind a closing quote: over several lines it is the sign of a quote that somebody forgot
	// to close; within one line it is a name such as "Bob" Smith and stays as it was written.
	if (inside.includes(dialect.lineEnd)) return 'unclosed';
	return { value: text.slice(start, rest.end), end: rest.end, isQuoted: false };
}

/** Lines that end in CR LF: the CR belongs to the line end, not to the last cell. */
function withoutReturn(cell: Cell, text: string, { lineEnd }: Dialect): string {
	const isReturn = lineEnd === '\n' && !cell.isQuoted && cell.value.endsWith('\r');
	return isReturn && cell.end <= text.length ? cell.value.slice(0, -1) : cell.value;
}

function failedLine(text: string, start: number, dialect: Dialect, isLast: boolean): ReadRecord {
	const lineEnd = text.indexOf(dialect.lineEnd, start);
	const isMidLine = lineEnd < 0 && !isLast;
	const end = lineEnd < 0 ? text.length : lineEnd;
	const line = text.slice(start, Math.min(end, start + MAX_RECORD)).replace(/\r$/, '');
	const cells = line.split(dialect.delimiter);
	const fault = isMidLine || end - start > MAX_RECORD ? 'row_too_long' : 'unclosed_quote';
	return { record: { cells, fault }, end: end + 1, isMidLine };
}
