import type { CsvRecord } from '#lib/server/csv/reader.ts';

/** A row with the number that a spreadsheet gives it. */
export interface SheetRow extends CsvRecord {
	readonly number: number;
}

export const isBlank = ({ cells }: CsvRecord) => cells.every((cell) => cell.trim() === '');

/** What makes two rows the same record: equal texts in all mapped columns. */
export const repetitionKey = (columns: readonly number[], cells: readonly string[]) =>
	JSON.stringify(columns.map((column) => (cells[column] ?? '').trim()));
