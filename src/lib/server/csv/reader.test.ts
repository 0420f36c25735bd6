import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_RECORD, parseRecords, readRecords, type Dialect } from './reader.ts';

const COMMA: Dialect = { delimiter: ',', lineEnd: '\n' };
const cellsOf = (text: string, dialect = COMMA) =>
	parseRecords(text, dialect, false).map((record) => record.cells);
const written = (rows: readonly (readonly string[])[], lineEnd: string) =>
	rows
		.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + lineEnd)
		.join('');

async function* inPieces(text: string, size: number) {
	for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function collect(text: string, size: number, dialect = COMMA) {
	const records = [];
	for await (const batch of readRecords(inPieces(text, size), dialect)) records.push(...batch);
	return records;
}

describe('reading rows', () => {
	test('reads what the reference parser reads, whatever is in the cells', () => {
		const table = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 5 }), {
			minLength: 1,
			maxLength: 20
		});
		fc.assert(
			fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, lineEnd) => {
				const text = written(rows, lineEnd);
				const reference: string[][] = parse(text, { relax_column_count: true });
				expect(cellsOf(text)).toEqual(reference);
			})
		);
	});

	test('reads the same rows whichever pieces the text arrives in', async () => {
		const text = 'a,"b ""c""\nd",e\r\n"x" y,,\r\n\r\nlast';
		const whole = parseRecords(text, COMMA, false);
		for (let size = 1; size <= text.length; size++) {
			expect(await collect(text, size)).toEqual(whole);
		}
		expect(whole.map((record) => record.cells)).toEqual([
			['a', 'b "c"\nd', 'e'],
			['"x" y', '', ''],
			[''],
			['last']
		]);
	});

	test('ends lines at carriage returns when the file has no line feed', () => {
		expect(cellsOf('a;b\rc;d\r', { delimiter: ';', lineEnd: '\r' })).toEqual([
			['a', 'b'],
			['c', 'd']
		]);
	});
});

describe('broken quotes', () => {
	test('a quote that is never closed costs its own line only', () => {
		const records = parseRecords('1,Ann\n2,"Bob\n3,Cleo\n4,Dan\n', COMMA, false);
		expect(records).toEqual([
			{ cells: ['1', 'Ann'], fault: null },
			{ cells: ['2', '"Bob'], fault: 'unclosed_quote' },
			{ cells: ['3', 'Cleo'], fault: null },
			{ cells: ['4', 'Dan'], fault: null }
		]);
	});

	test('a quote that runs into the next quoted cell costs its own line only', () => {
		const records = parseRecords('1,"Ann\n2,"Bob",x\n3,"Cleo",y\n', COMMA, false);
		expect(records.map((record) => record.fault)).toEqual(['unclosed_quote', null, null]);
		expect(records[1]?.cells).toEqual(['2', 'Bob', 'x']);
	});

	test('a row longer than the limit fails alone and memory stays within it', async () => {
		const long = 'x'.repeat(MAX_RECORD + 1000);
		const records = await collect(`a,b\n${long},c\nd,e\n"${long}\nf,g\n`, 65_536);
		expect(records.map((record) => [record.cells[0]?.slice(0, 2), record.fault])).toEqual([
			['a', null],
			['xx', 'row_too_long'],
			['d', null],
			['"x', 'row_too_long'],
			['f', null]
		]);
	});
});
