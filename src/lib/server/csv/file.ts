import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { typedText, type Delimiter, type Encoding } from '#lib/shared/csv.ts';
import { sniffDialect, type SniffedDialect } from './dialect.ts';
import { parseRecords, readRecords, type CsvRecord } from './reader.ts';

/** What is known or chosen about a stored file. */
export interface CsvChoice {
	readonly encoding: Encoding;
	/** Null: found out from the beginning of the file. */
	readonly delimiter: Delimiter | null;
}

export interface CsvHead extends SniffedDialect {
	/** First rows of the file, comment lines included. */
	readonly records: readonly CsvRecord[];
}

const HEAD_BYTES = 256 * 1024;
const PIECE_BYTES = 128 * 1024;

/** Reads the beginning of a stored file: its dialect and at most `limit` rows. */
export async function readHead(path: string, choice: CsvChoice, limit: number): Promise<CsvHead> {
	const { text, isCut } = await readStart(path, choice.encoding);
	const sniffed = sniffDialect(text, isCut);
	const delimiter = choice.delimiter ?? sniffed.delimiter;
	const dialect = { delimiter, lineEnd: sniffed.lineEnd };
	const records = parseRecords(text, dialect, isCut);
	// A first row longer than the sample is worth showing even though it is cut.
	const shown = storable(records.length > 0 ? records : parseRecords(text, dialect, false));
	return { ...sniffed, delimiter, records: shown.slice(0, limit) };
}

/** All rows of a stored file in the order of the file, a batch at a time, in bounded memory. */
export async function* readFileRecords(
	path: string,
	choice: CsvChoice
): AsyncGenerator<CsvRecord[]> {
	const { lineEnd, delimiter } = await readHead(path, choice, 0);
	for await (const records of readRecords(decoded(path, choice.encoding), { lineEnd, delimiter })) {
		yield storable(records);
	}
}

async function readStart(path: string, encoding: Encoding) {
	const file = await open(path);
	try {
		const { size } = await file.stat();
		const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
		const isCut = size > bytesRead;
		const decoder = iconv.getDecoder(encoding);
		const text =
			decoder.write(buffer.subarray(0, bytesRead)) + (isCut ? '' : (decoder.end() ?? ''));
		return { text: withoutMark(text), isCut };
	} finally {
		await file.close();
	}
}

/** A stored file as text, piece by piece. */
export async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
	const decoder = iconv.getDecoder(encoding);
	let isFirst = true;
	for await (const chunk of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
		const text = decoder.write(chunk);
		yield isFirst ? withoutMark(text) : text;
		isFirst = false;
	}
	yield decoder.end() ?? '';
}

const withoutMark = (text: string) => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/**
 * What was meant by the cells. Postgres keeps neither NUL nor half a surrogate pair; both become the sign for an
 * unreadable character.
 */
const storable = (records: readonly CsvRecord[]): CsvRecord[] =>
	records.map(({ cells, fault }) => ({
		cells: cells.map((cell) => typedText(cell).replaceAll('\0', '\uFFFD').toWellFormed()),
		fault
	}));
