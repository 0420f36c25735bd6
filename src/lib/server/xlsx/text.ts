/** What XML cannot hold, and what would be read back as one of its escapes. */
// eslint-disable-next-line no-control-regex -- exactly these are meant
const UNWRITABLE = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

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
