import { decoded } from '#lib/server/csv/file.ts';
import type { FileFormat } from '#lib/server/csv/encoding.ts';
import { storeUpload, uploadPath } from '#lib/server/storage/uploads.ts';
import { readCards, type ReadCard } from '#lib/server/vcard/read.ts';
import { WorkbookFault } from '#lib/server/xlsx/archive.ts';
import { readWorkbook } from '#lib/server/xlsx/read.ts';
import { csvLine, type Encoding } from '#lib/shared/csv.ts';
import { fail, ok } from '#lib/shared/result.ts';

interface Stored {
	readonly storedAs: string;
	readonly format: Exclude<FileFormat, 'csv'>;
	readonly encoding: Encoding;
}

/** Text that a workbook may become: far more than one of real cells does. */
const MOST_CHARACTERS = 512 * 1024 * 1024;

/**
 * Writes a workbook or the cards of an address book as a table in CSV beside the upload, in bounded memory: from
 * here on every file is read, previewed and gone on with in the same way. The upload itself is left to the caller.
 */
export async function asTable({ storedAs, format, encoding }: Stored) {
	const path = uploadPath(storedAs);
	const rows = format === 'xlsx' ? readWorkbook(path) : cardRows(decoded(path, encoding));
	let lines = 0;
	try {
		const stored = await storeUpload(textOf(rows), (piece) => {
			for (const byte of piece) if (byte === LINE_FEED) lines++;
		});
		return ok({ storedAs: stored.storedAs, lines: Math.max(lines, 1) });
	} catch (thrown) {
		if (thrown instanceof WorkbookFault) return fail(thrown.reason);
		throw thrown;
	}
}

const LINE_FEED = 10;

async function* textOf(
	rows: AsyncIterable<readonly (readonly string[])[]>
): AsyncGenerator<Buffer> {
	let characters = 0;
	for await (const batch of rows) {
		const text = batch.map(csvLine).join('');
		characters += text.length;
		if (characters > MOST_CHARACTERS) throw new WorkbookFault('workbook_too_large');
		yield Buffer.from(text);
	}
}

/** Headings that the mapping knows; those that the kind has no field for are left out there. */
const CARD_COLUMNS: Readonly<Record<keyof ReadCard, string>> = {
	fullName: 'Full name',
	firstName: 'First name',
	middleName: 'Middle name',
	lastName: 'Last name',
	title: 'Position',
	company: 'Company',
	emails: 'E-mail',
	phones: 'Phone',
	website: 'Website',
	address: 'Address',
	city: 'City',
	country: 'Country',
	tags: 'Tags',
	notes: 'Notes'
};

async function* cardRows(
	text: AsyncIterable<string>
): AsyncGenerator<readonly (readonly string[])[]> {
	yield [Object.values(CARD_COLUMNS)];
	// Object.keys forgets which keys these are.
	const columns = Object.keys(CARD_COLUMNS) as readonly (keyof ReadCard)[];
	for await (const card of readCards(text)) yield [columns.map((column) => card[column])];
}
