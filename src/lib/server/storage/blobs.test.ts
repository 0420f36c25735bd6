import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { blobSize, hasRoomFor, isDiskFull, placeBlob, stageBlob } from './blobs.ts';

const home = mkdtempSync(path.join(tmpdir(), 'tandem-blobs-'));
const small = path.join(home, 'small-disk');
const canMount = mounted();
afterAll(() => {
	if (canMount) execFileSync('umount', [small]);
	rmSync(home, { recursive: true, force: true });
});

beforeEach(() => {
	process.env.DATA_DIR = path.join(home, 'data');
	rmSync(process.env.DATA_DIR, { recursive: true, force: true });
});

/** A disk of 4 MB, where the machine lets one be made. */
function mounted(): boolean {
	mkdirSync(small);
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

const inStore = (of = process.env.DATA_DIR ?? '') =>
	readdirSync(path.join(of, 'uploads/blobs'), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map(({ name }) => name);

async function* pieces(count: number, size = 64 * 1024) {
	for (let piece = 0; piece < count; piece++) yield Buffer.alloc(size, piece);
}

describe('a content on its way', () => {
	test('that is larger than it may be is read to its end and leaves nothing', async () => {
		let read = 0;
		async function* counted() {
			for await (const piece of pieces(10)) {
				read++;
				yield piece;
			}
		}
		expect(await stageBlob(counted(), { limitBytes: 100_000 })).toBe('too_large');
		expect(read).toBe(10);
		expect(inStore()).toEqual([]);
	});

	test('that breaks off leaves nothing', async () => {
		async function* broken() {
			yield Buffer.from('half');
			throw new Error('the line broke');
		}
		await expect(stageBlob(broken(), { limitBytes: 1e6 })).rejects.toThrow('the line broke');
		expect(inStore()).toEqual([]);
	});

	test('gets the name of what it holds, and takes the place of one that was damaged', async () => {
		const staged = await stageBlob(pieces(2), { limitBytes: 1e6 });
		if (staged === 'too_large') throw new Error('it is not');
		await placeBlob(staged);
		expect(inStore()).toEqual([staged.sha256]);
		const file = path.join(home, 'data/uploads/blobs', staged.sha256.slice(0, 2), staged.sha256);
		writeFileSync(file, 'damaged');
		const again = await stageBlob(pieces(2), { limitBytes: 1e6 });
		if (again === 'too_large') throw new Error('it is not');
		await placeBlob(again);
		expect(await blobSize(staged.sha256)).toBe(128 * 1024);
	});
});

describe.skipIf(!canMount)('a disk that is full [R8]', () => {
	test('refuses cleanly, keeps what it has, and takes files again once there is room', async () => {
		process.env.DATA_DIR = small;
		const first = await stageBlob(pieces(16), { limitBytes: 1e9 });
		if (first === 'too_large') throw new Error('it is not');
		await placeBlob(first);
		let read = 0;
		async function* counted() {
			for await (const piece of pieces(200)) {
				read++;
				yield piece;
			}
		}
		const refused = await stageBlob(counted(), { limitBytes: 1e9 }).catch(
			(error: unknown) => error
		);
		expect(isDiskFull(refused)).toBe(true);
		// The browser that sends it hears why only when it could send all of it.
		expect(read).toBe(200);
		expect(inStore(small)).toEqual([first.sha256]);
		expect(await hasRoomFor(10_000_000)).toBe(false);
		expect(await hasRoomFor(1_000_000)).toBe(true);
		const next = await stageBlob(pieces(17), { limitBytes: 1e9 });
		expect(next).toMatchObject({ sizeBytes: 17 * 64 * 1024 });
	});
});

test('the errors of a full disk are told from all others, Postgres’ own among them', () => {
	const withCode = (code: string, cause?: Error) =>
		Object.assign(new Error(code, { cause }), { code });
	expect(isDiskFull(withCode('ENOSPC'))).toBe(true);
	expect(isDiskFull(new Error('query failed', { cause: withCode('53100') }))).toBe(true);
	expect(isDiskFull(withCode('EACCES'))).toBe(false);
	expect(isDiskFull('ENOSPC')).toBe(false);
});
