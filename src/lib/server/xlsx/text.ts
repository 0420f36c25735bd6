/** What XML cannot hold, and what would be read back as one of its escapes. */
// eslint-disable-next-line no-control-regex -- exactly these are meant
const UNWRITABLE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;
const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

/** A text as the XML of a workbook holds it: what XML has no sign for in the workbook's own escapes. */
export const toCellXml = (text: string): string =>
	text
		.toWellFormed()
		.replace(
			UNWRITABLE,
			(sign) => `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`
		)
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;');

/** Name of a column: 0 is A, 26 is AA. */
export function columnName(index: number): string {
	const rest = Math.floor(index / 26) - 1;
	return (rest < 0 ? '' : columnName(rest)) + String.fromCharCode(65 + (index % 26));
}
/** The text of a cell, its escapes resolved. */
export const fromCellText = (text: string): string =>
	text.includes('_x')
		? text.replace(ESCAPE, (_escape, code: string) =>
				String.fromCharCode(Number.parseInt(code, 16))
			)
		: text;

/** Index of the column of a cell such as "AB12"; null when it names none. */
export function columnIndex(cell: string): number | null {
	const letters = /^[A-Z]{1,3}/.exec(cell)?.[0];
	if (letters === undefined) return null;
	return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
