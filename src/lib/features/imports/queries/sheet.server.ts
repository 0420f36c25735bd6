import { readHead } from '#lib/server/csv/file.ts';
import { uploadPath } from '#lib/server/storage/uploads.ts';
import type { Delimiter, Encoding } from '#lib/shared/csv.ts';
import { isBlank, type SheetRow } from '../model/sheet.ts';

export interface SheetChoice {
	readonly storedAs: string;
	readonly encoding: Encoding;
	readonly delimiter: Delimiter | null;
}

/** The beginning of a stored file, before anything is decided about a header. */
export interface SheetHead {
	readonly delimiter: Delimiter;
	/** Lines above the table that are no rows of it. */
	readonly commentLines: number;
	/** First rows of the table, blank ones left out. */
	readonly rows: readonly SheetRow[];
}

const HEAD_ROWS = 200;

/** Reads the beginning of a stored file. */
export async function readSheetHead({ storedAs, ...choice }: SheetChoice): Promise<SheetHead> {
	const { delimiter, commentLines, records } = await readHead(
		uploadPath(storedAs),
		choice,
		HEAD_ROWS
	);
	const rows = records
		.map((record, index) => ({ ...record, number: index + 1 }))
		.filter((row) => row.number > commentLines && !isBlank(row));
	return { delimiter, commentLines, rows };
}
