import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { readWorkbook } from './read.ts';
import { writeWorkbook } from './write.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tandem-xlsx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function stored(bytes: Buffer): string {
	const file = path.join(folder, String(files++));
	writeFileSync(file, bytes);
	return file;
}

async function rowsIn(file: string): Promise<string[][]> {
	const rows: string[][] = [];
	for await (const batch of readWorkbook(file)) rows.push(...batch.map((row) => [...row]));
	return rows;
}

async function zipped(parts: Readonly<Record<string, string>>): Promise<string> {
	const zip = new ZipFile();
	for (const [name, text] of Object.entries(parts)) zip.addBuffer(Buffer.from(text), name);
	zip.end();
	return stored(await buffer(zip.outputStream));
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const outline = (sheets: string) => ({
	'xl/workbook.xml': `<x:workbook xmlns:x="m" xmlns:r="${RELATIONS}"><x:workbookPr/><x:sheets>${sheets}</x:sheets></x:workbook>`,
	'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="a" Type="${RELATIONS}/worksheet" Target="worksheets/one.xml"/><Relationship Id="b" Type="${RELATIONS}/worksheet" Target="/xl/worksheets/two.xml"/><Relationship Id="c" Type="${RELATIONS}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="d" Type="${RELATIONS}/styles" Target="styles.xml"/></Relationships>`
});
const ONE = '<x:sheet name="One" sheetId="1" r:id="a"/>';
const sheet = (rows: string) => `<worksheet xmlns="m"><sheetData>${rows}</sheetData></worksheet>`;

test('what is written is read back byte for byte, and no cell is a formula', async () => {
	const rows = [
		['=1+1', '+49 (0)40', '-1', '@x', '007', ' both ends ', ''],
		['a\r\nb\tc', '_x000D_', '_x41', '\u0001\u001f', '<&>"\'', '渋谷 🚚', '']
	];
	async function* batches() {
		yield rows;
	}
	const file = stored(await buffer(writeWorkbook('a/b [1]', batches())));
	expect(await rowsIn(file)).toEqual(rows.map((row) => row.slice(0, 6)));
});

describe('a workbook of another program', () => {
	test('is read as a person sees it: shared texts, runs, days, codes with zeros, results of formulas', async () => {
		const file = await zipped({
			...outline(`<x:sheet name="Hidden" sheetId="2" state="hidden" r:id="b"/>${ONE}`),
			'xl/sharedStrings.xml':
				'<sst><si><t>Müller</t></si><si><r><t>Rich </t></r><r><t>text</t></r><rPh sb="0" eb="1"><t>no</t></rPh></si></sst>',
			'xl/styles.xml':
				'<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/><numFmt numFmtId="165" formatCode="dd&quot;.&quot;mm\\.yyyy hh:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
			'xl/worksheets/two.xml': sheet('<row r="1"><c t="str"><v>hidden</v></c></row>'),
			'xl/worksheets/one.xml': sheet(
				'<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>' +
					'<row r="4"><c r="A4" s="1"><v>45987</v></c><c r="B4" s="2"><v>1234</v></c><c r="C4" s="3"><v>45987.75</v></c><c r="D4"><v>4.91711234567E11</v></c><c r="E4"><v>0.1</v></c></row>' +
					'<row><c t="str"><f>1+1</f><v>2</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c><c t="inlineStr"><is><t>in</t></is></c></row>'
			)
		});
		expect(await rowsIn(file)).toEqual([
			[],
			['Müller', '', 'Rich text'],
			[],
			['2025-11-26', '01234', '2025-11-26 18:00:00', '491711234567', '0.1'],
			['2', '', 'true', 'in']
		]);
	});

	test('that is none, is broken or is made to grow is refused, not unpacked', async () => {
		const reasonOf = (file: string) =>
			rowsIn(file).then(
				() => 'read',
				(thrown: unknown) => (thrown as { reason?: string }).reason
			);
		const whole = { ...outline(ONE), 'xl/worksheets/one.xml': sheet('<row><c><v>1</v></c></row>') };
		expect(await reasonOf(await zipped(whole))).toBe('read');
		expect(await reasonOf(await zipped({ 'content.xml': '<a/>' }))).toBe('not_a_workbook');
		expect(await reasonOf(stored(Buffer.from('PK\x03\x04 not really')))).toBe('not_a_workbook');
		const cut = (xml: string) => zipped({ ...whole, 'xl/worksheets/one.xml': xml });
		expect(await reasonOf(await cut('<worksheet><sheetData><row>'))).toBe('not_a_workbook');
		expect(await reasonOf(await cut(sheet('<row r="9999999999"/>')))).toBe('not_a_workbook');
		expect(await reasonOf(await cut(sheet('<row><c r="XFD1"><v>1</v></c></row>')))).toBe(
			'workbook_too_large'
		);
		const laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>';
		expect(await reasonOf(await cut(laughs + sheet('<row><c t="str"><v>&b;</v></c></row>')))).toBe(
			'not_a_workbook'
		);
		const bomb = {
			...whole,
			'xl/sharedStrings.xml': `<sst>${`<si><t>${'x'.repeat(1000)}</t></si>`.repeat(68_000)}</sst>`
		};
		expect(await reasonOf(await zipped(bomb))).toBe('workbook_too_large');
	});
});
