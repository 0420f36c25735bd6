import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { columnName, toCellXml } from './text.ts';

/** Rows that a sheet can hold. */
export const MAX_SHEET_ROWS = 1_048_576;
/** A spreadsheet calls a workbook with longer cells damaged. */
const MAX_CELL = 32_767;

const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/**
 * A workbook of one sheet while its rows come in. Every cell is text and formatted as text, so that nothing
 * in it is a formula and a phone number keeps its zeros, also after somebody has edited it.
 */
export function writeWorkbook(
	title: string,
	rows: AsyncIterable<readonly (readonly string[])[]>
): Readable {
	const zip = new ZipFile();
	const output = zip.outputStream as Readable; // a PassThrough, typed by its interface
	for (const [name, xml] of Object.entries(fixedParts(title))) {
		zip.addBuffer(Buffer.from(DECLARATION + xml), name);
	}
	zip.addReadStreamLazy('xl/worksheets/sheet1.xml', {}, (take) => {
		const sheet = Readable.from(sheetXml(rows), { objectMode: false });
		// Without this a failing query would end the file as if it were whole.
		sheet.once('error', (error) => output.destroy(error));
		output.once('close', () => sheet.destroy());
		take(null, sheet);
	});
	zip.end();
	return output;
}

async function* sheetXml(rows: AsyncIterable<readonly (readonly string[])[]>) {
	yield `${DECLARATION}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
	let number = 0;
	for await (const batch of rows) {
		let xml = '';
		for (const cells of batch) xml += rowXml(++number, cells);
		if (xml !== '') yield xml;
	}
	yield '</sheetData></worksheet>';
}

function rowXml(number: number, cells: readonly string[]): string {
	const filled = cells.map((text, column) =>
		text === ''
			? ''
			: `<c r="${columnName(column)}${number}" s="1" t="inlineStr"><is><t xml:space="preserve">${toCellXml(cut(text))}</t></is></c>`
	);
	return `<row r="${number}">${filled.join('')}</row>`;
}

const cut = (text: string) => (text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text);

const fixedParts = (title: string) => ({
	'[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPES}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPES}.styles+xml"/></Types>`,
	'_rels/.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
	'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${sheetName(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
	'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
	// Format 49 is "text".
	'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf numFmtId="49" applyNumberFormat="1" xfId="0"/></cellXfs></styleSheet>`
});

/** Signs that a sheet's name may not have, and at most 31 of the others. */
const sheetName = (title: string) =>
	toCellXml(title.replace(/[[\]:*?/\\']/g, ' ').slice(0, 31)).replaceAll('"', '&quot;') || 'Sheet1';
