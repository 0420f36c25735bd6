import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { disposition, fileResponse } from './file-response.ts';

const home = mkdtempSync(path.join(tmpdir(), 'tandem-served-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const file = path.join(home, 'content');
const CONTENT = '0123456789'.repeat(20_000);
writeFileSync(file, CONTENT);
const sha256 = 'ab'.repeat(32);

const HTML = { type: 'text/html', name: 'page.html', mayBeShown: false };

async function ask(headers: Record<string, string> = {}, served: Partial<typeof HTML> = {}) {
	const request = new Request('http://here/', { headers });
	return fileResponse(request, await open(file), {
		...{ sha256, sizeBytes: CONTENT.length },
		...{ ...HTML, ...served }
	});
}

describe('a stored file', () => {
	test('comes whole, is saved and not shown, and runs nothing', async () => {
		const answer = await ask();
		expect(answer.status).toBe(200);
		expect(await answer.text()).toBe(CONTENT);
		expect(Object.fromEntries(answer.headers)).toMatchObject({
			'content-type': 'application/octet-stream',
			'content-disposition': `attachment; filename="page.html"; filename*=UTF-8''page.html`,
			'x-content-type-options': 'nosniff',
			'cache-control': 'private, no-cache',
			'content-length': String(CONTENT.length)
		});
		expect(answer.headers.get('content-security-policy')).toContain('sandbox');
	});

	test('is shown only where its content was found to be a picture or a PDF', async () => {
		const answer = await ask({}, { type: 'image/png', name: 'a.png', mayBeShown: true });
		expect(answer.headers.get('content-type')).toBe('image/png');
		expect(answer.headers.get('content-disposition')).toMatch(/^inline; /);
		await answer.body?.cancel();
	});

	test.each([
		['bytes=0-9', 206, 'bytes 0-9/200000', '0123456789'],
		['bytes=199995-', 206, 'bytes 199995-199999/200000', '56789'],
		['bytes=-3', 206, 'bytes 199997-199999/200000', '789'],
		['bytes=199999-999999', 206, 'bytes 199999-199999/200000', '9'],
		['bytes=200000-', 416, 'bytes */200000', ''],
		['bytes=-0', 416, 'bytes */200000', '']
	])('answers %s with %i', async (range, status, said, text) => {
		const answer = await ask({ range });
		expect(answer.status).toBe(status);
		expect(answer.headers.get('content-range')).toBe(said);
		expect(await answer.text()).toBe(text);
	});

	test.each(['bytes=5-2', 'bytes=a-b', 'items=0-1', 'bytes=0-1,3-4'])(
		'answers %s, which asks for no one part, with the whole',
		async (range) => {
			const answer = await ask({ range });
			expect(answer.status).toBe(200);
			expect((await answer.text()).length).toBe(CONTENT.length);
		}
	);

	test('is not sent again to who has it, and a part of another content is never mixed in', async () => {
		const known = await ask({ 'if-none-match': `"${sha256}"` });
		expect(known.status).toBe(304);
		const other = await ask({ range: 'bytes=0-9', 'if-range': '"another"' });
		expect(other.status).toBe(200);
		await other.body?.cancel();
	});
});

test('a name in any script arrives, in the exact form and in one that every browser reads', () => {
	expect(disposition('attachment', 'Überweisung "März" 50%.pdf')).toBe(
		`attachment; filename="Uberweisung _Marz_ 50_.pdf"; filename*=UTF-8''%C3%9Cberweisung%20%22M%C3%A4rz%22%2050%25.pdf`
	);
	expect(disposition('attachment', '見積書.pdf')).toContain(
		'filename="___.pdf"; filename*=UTF-8\'\'%E8%A6%8B%E7%A9%8D%E6%9B%B8.pdf'
	);
	expect(disposition('inline', "a\r\nset-cookie: x='1'")).not.toMatch(/[\r\n]/);
});
