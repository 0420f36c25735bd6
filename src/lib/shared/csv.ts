/** Encodings a person can choose from, by the names that iconv-lite knows. */
export const ENCODINGS = [
	'utf8',
	'windows-1252',
	'windows-1250',
	'windows-1251',
	'windows-1253',
	'windows-1254',
	'iso-8859-2',
	'iso-8859-15',
	'macintosh',
	'ibm850',
	'utf16le',
	'utf16be',
	'shift_jis',
	'gb18030',
	'big5',
	'euc-kr'
] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Characters that may stand between cells. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** What a spreadsheet might take for a formula, or what stands before such a text in our own files. */
const ACTIVE = /^'*(\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u;

/** A text that no spreadsheet takes for a formula; `typedText` gives back what it was. */
export const inertText = (text: string) => (ACTIVE.test(text) ? `'${text}` : text);

/** What was meant by a cell of a file, ours or one that a spreadsheet wrote from it. */
export const typedText = (cell: string) =>
	cell.startsWith("'") && ACTIVE.test(cell) ? cell.slice(1) : cell;

/** One cell of a CSV file, quoted where needed and never taken for a formula by a spreadsheet. */
export function csvCell(text: string): string {
	const safe = inertText(text);
	return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One row of a CSV file, line end included. */
export const csvLine = (cells: readonly string[]) => `${cells.map(csvCell).join(',')}\r\n`;
