import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { receiveFile } from './multipart.ts';
import { uploadPath } from './uploads.ts';

const home = mkdtempSync(path.join(tmpdir(), 'tandem-uploads-'));
const uploads = () => readdirSync(path.join(home, 'uploads'));

beforeEach(() => {
	process.env.DATA_DIR = home;
	rmSync(path.join(home, 'uploads'), { recursive: true, force: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function posted(file: string, name = 'people.csv') {
	const form = new FormData();
	form.set('kind', 'contact');
	form.set('file', new File([file], name));
	return new Request('http://localhost/', { method: 'POST', body: form });
}

test('a posted file lies under a random name and its fields come along', async () => {
	const seen: Buffer[] = [];
	const received = await receiveFile(posted('a,b\n1,2\n', '../../été.csv'), {
		limitBytes: 100,
		seen: (piece) => seen.push(piece)
	});
	if (!received.ok) throw new Error(received.reason);
	expect(received.fields).toEqual({ kind: 'contact' });
	expect(received.file).toMatchObject({
		sizeBytes: 8,
		fileName: expect.stringMatching(/été.csv$/)
	});
	expect(readFileSync(uploadPath(received.file.storedAs), 'utf8')).toBe('a,b\n1,2\n');
	expect(Buffer.concat(seen).toString()).toBe('a,b\n1,2\n');
	expect(uploads()).toEqual([received.file.storedAs]);
});

test('a file over the limit is refused and leaves nothing behind', async () => {
	const received = await receiveFile(posted('x'.repeat(500_000)), {
		limitBytes: 100_000,
		seen: () => {}
	});
	expect(received).toEqual({ ok: false, reason: 'too_large' });
	expect(uploads()).toEqual([]);
});

test('an upload that breaks off leaves nothing behind', async () => {
	const whole = posted('x'.repeat(300_000));
	const bytes = new Uint8Array(await whole.clone().arrayBuffer());
	const body = new ReadableStream({
		start(controller) {
			controller.enqueue(bytes.slice(0, 200_000));
			setTimeout(() => controller.error(new Error('connection lost')), 50);
		}
	});
	const half = new Request('http://localhost/', {
		method: 'POST',
		headers: whole.headers,
		body,
		duplex: 'half'
	} as RequestInit);
	const received = await receiveFile(half, { limitBytes: 1e6, seen: () => {} });
	expect(received).toEqual({ ok: false, reason: 'broken_upload' });
	await expect.poll(uploads).toEqual([]);
});

test('a form without a file, and a request that is no form, say so', async () => {
	const options = { limitBytes: 100, seen: () => {} };
	const form = new FormData();
	form.set('kind', 'contact');
	const without = new Request('http://localhost/', { method: 'POST', body: form });
	expect(await receiveFile(without, options)).toEqual({ ok: false, reason: 'no_file' });
	const json = new Request('http://localhost/', { method: 'POST', body: '{}' });
	expect(await receiveFile(json, options)).toEqual({ ok: false, reason: 'no_file' });
});

test('nothing but a stored name is ever made a path', () => {
	expect(() => uploadPath('../secret')).toThrow();
});
