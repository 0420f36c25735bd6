import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { sniffDialect } from './dialect.ts';
import { EncodingSniffer } from './encoding.ts';

function sniff(bytes: Buffer, chunkSize = 1000) {
	const sniffer = new EncodingSniffer();
	for (let at = 0; at < bytes.length; at += chunkSize) {
		sniffer.push(bytes.subarray(at, at + chunkSize));
	}
	return sniffer.result();
}
const encodingOf = (bytes: Buffer, chunkSize?: number) => {
	const result = sniff(bytes, chunkSize);
	return result.ok ? result.encoding : result.reason;
};
const UMLAUTS = 'Name;Ort\nMüller GmbH & Söhne;Köln\nGroßhandel Jäger;Düsseldorf\n';

describe('encoding', () => {
	test('UTF-8 is told by being valid, also when a character is split between two chunks', () => {
		for (let size = 1; size < 12; size++)
			expect(encodingOf(Buffer.from(UMLAUTS), size)).toBe('utf8');
	});

	test('the umlauts of Windows-1252 are recognised', () => {
		expect(encodingOf(iconv.encode(UMLAUTS, 'windows-1252'))).toBe('windows-1252');
	});

	test('an umlaut far behind the first sample still decides', () => {
		const late = 'Firma;Stadt\n'.repeat(20_000) + UMLAUTS;
		expect(encodingOf(iconv.encode(late, 'windows-1252'), 65_536)).toBe('windows-1252');
	});

	test('Cyrillic text in Windows-1251 is recognised', () => {
		const text = 'Имя;Город\nИван Петров;Москва\nОльга Смирнова;Санкт-Петербург\n'.repeat(5);
		expect(encodingOf(iconv.encode(text, 'windows-1251'))).toBe('windows-1251');
	});

	test('UTF-16 is recognised with and without a byte order mark', () => {
		expect(encodingOf(iconv.encode(UMLAUTS, 'utf16le', { addBOM: true }))).toBe('utf16le');
		expect(encodingOf(iconv.encode(UMLAUTS, 'utf16le', { addBOM: false }))).toBe('utf16le');
		expect(encodingOf(iconv.encode(UMLAUTS, 'utf16be', { addBOM: false }))).toBe('utf16be');
	});

	test('a UTF-8 file with a few foreign rows stays UTF-8', () => {
		const mixed = [Buffer.from(UMLAUTS.repeat(5)), iconv.encode('Bär;Rom\n', 'windows-1252')];
		expect(encodingOf(Buffer.concat(mixed))).toBe('utf8');
	});

	test('workbooks, documents, archives, images and NUL bytes are no text', () => {
		const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82]);
		for (const start of ['PK\x05\x06rest', '%PDF-1.7\n', '\x1f\x8b\x08', 'a,b\nc\x00d,e\n']) {
			expect(encodingOf(Buffer.from(start, 'latin1'))).toBe('not_text');
		}
		expect(encodingOf(png)).toBe('not_text');
		expect(encodingOf(Buffer.alloc(0))).toBe('empty');
	});
});

describe('delimiter', () => {
	const delimiterOf = (text: string) => sniffDialect(text, false).delimiter;

	test.each([
		['comma', 'a,b,c\n1,2,3\n', ','],
		['semicolon with decimal commas', 'Name;Umsatz\nA;1,5\nB;2,25\nC;3\n', ';'],
		['tab', 'a\tb\n1\t2\n', '\t'],
		['pipe', 'a|b\n1|2\n', '|'],
		['quoted commas in a semicolon file', '"a, b, c";d\n"e, f";g\n', ';'],
		['ragged rows', 'a;b;c\n1;2\n1;2;3\n1;2;3\n1;2;3\n', ';']
	])('%s is found', (_title, text, delimiter) => {
		expect(delimiterOf(text)).toBe(delimiter);
	});

	test('a list of names in which some have a comma is one column', () => {
		const { delimiter } = sniffDialect(
			'Acme\nBush, Inc.\nGlobex\nInitech\nUmbrella, Ltd.\n',
			false
		);
		expect(delimiter).toBe(',');
	});

	test('carriage returns alone end lines', () => {
		expect(sniffDialect('a;b\r1;2\r', false)).toMatchObject({ delimiter: ';', lineEnd: '\r' });
	});

	test('comment lines at the top of a word list are counted, a column called # is none', () => {
		expect(sniffDialect('\n# made by a tool\n\n2GIS\n3M\n', false).commentLines).toBe(3);
		expect(sniffDialect('#,Name\n1,Ann\n', false).commentLines).toBe(0);
		expect(sniffDialect('# 1,Name\n1,Ann\n', false).commentLines).toBe(0);
	});
});
