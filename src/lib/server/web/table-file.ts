import { Readable } from 'node:stream';
import { csvLine } from '#lib/shared/csv.ts';
import { writeWorkbook } from '../xlsx/write.ts';
import { disposition } from './file-response.ts';

type Rows = AsyncIterable<readonly (readonly string[])[]>;

interface TableFile {
	/** Without ending. */
	readonly name: string;
	readonly title: string;
	readonly headings: readonly string[];
	readonly rows: Rows;
}

const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A table to be saved, written while its rows come in: as much as the browser takes, and never as a whole in memory. */
export function tableFile(
	format: 'csv' | 'xlsx',
	{ name, title, headings, rows }: TableFile
): Response {
	const all = withHeadings(headings, rows);
	if (format === 'csv') return textFile({ name: `${name}.csv`, type: 'text/csv' }, csvText(all));
	return saved(`${name}.xlsx`, WORKBOOK, writeWorkbook(title, all));
}

/** A text to be saved, written piece by piece. */
export const textFile = (
	{ name, type }: { readonly name: string; readonly type: string },
	pieces: AsyncIterable<string>
): Response =>
	saved(name, `${type}; charset=utf-8`, Readable.from(encoded(pieces), { objectMode: false }));

async function* withHeadings(headings: readonly string[], rows: Rows) {
	yield [headings];
	yield* rows;
}

async function* csvText(rows: Rows) {
	// With the mark, spreadsheets read the file as Unicode.
	yield '\uFEFF';
	for await (const batch of rows) yield batch.map(csvLine).join('');
}

async function* encoded(pieces: AsyncIterable<string>) {
	for await (const piece of pieces) if (piece !== '') yield Buffer.from(piece);
}

function saved(name: string, type: string, stream: Readable): Response {
	// A query that fails after the first piece breaks the download off, so that nobody takes it for whole.
	const body = Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>; // the same at run time
	return new Response(body, {
		headers: {
			'content-type': type,
			'content-disposition': disposition('attachment', name),
			'cache-control': 'private, no-store'
		}
	});
}
