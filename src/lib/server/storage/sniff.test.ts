import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cleanName } from './multipart.ts';
import { sniffFile, typeOf } from './sniff.ts';

const home = mkdtempSync(path.join(tmpdir(), 'tandem-sniff-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test.each([
	['%PDF-1.7 …', 'application/pdf'],
	['GIF89a', 'image/gif'],
	['<!DOCTYPE html><p>', 'text/html'],
	['  <script>alert(1)</script>', 'text/html'],
	['<svg xmlns="http://www.w3.org/2000/svg">', 'image/svg+xml'],
	['<?xml version="1.0"?><a/>', 'text/xml'],
	['BMW order, March', 'text/plain'],
	['MZ\0\u0001 program', 'application/x-msdownload'],
	['BM\0\0', 'image/bmp'],
	['Grüße, 新年', 'text/plain'],
	['\0\u0001', 'application/octet-stream'],
	['', 'text/plain']
])('%j is %s', (text, type) => {
	expect(typeOf(Buffer.from(text))).toBe(type);
});

test('the size of a picture is read without decoding it, behind whatever the camera wrote first', async () => {
	const camera = Buffer.alloc(40_000);
	camera.writeUInt16BE(0xffe1, 0);
	camera.writeUInt16BE(39_998, 2);
	const frame = Buffer.from('ffc00011080bb80fa0', 'hex');
	const file = path.join(home, 'photo');
	writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xd8]), camera, frame, Buffer.alloc(20)]));
	expect(await sniffFile(file, 40_031)).toMatchObject({
		type: 'image/jpeg',
		width: 4000,
		height: 3000
	});
});

test('an archive without a list of its contents is taken for as large as can be', async () => {
	const file = path.join(home, 'cut.zip');
	writeFileSync(file, Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(100)]));
	expect(await sniffFile(file, 104)).toMatchObject({
		type: 'application/zip',
		unpackedBytes: Infinity
	});
});

test('a name shows what it is: no path, nothing unseen, nothing that turns it round', () => {
	expect(cleanName('C:\\Users\\ann\\offer.pdf')).toBe('offer.pdf');
	expect(cleanName('../../etc/passwd')).toBe('passwd');
	expect(cleanName('invoice\u202efdp.exe')).toBe('invoicefdp.exe');
	expect(cleanName('a\u0000b\r\nc\u200b.txt')).toBe('abc.txt');
});
