import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { enqueue, defineJob } from '#lib/server/jobs/job.ts';
import { blobPlace } from '#lib/server/storage/blobs.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { z } from 'zod';
import { restoreBackup } from './read.ts';
import { writeBackup } from './write.ts';

const source = await testDatabase();
const target = await testDatabase();

const home = await mkdtemp(path.join(tmpdir(), 'tandem-backup-'));
const file = path.join(home, 'all.backup');
const uploads = path.join(home, 'uploads');
const restored = path.join(home, 'restored');
const upload = newId();
const blob = blobPlace('5e'.repeat(32));
const ids = { department: newId(), company: newId(), user: newId(), session: newId() };
const nasty = 'Tab\tund "Anführung" \\N\n新';

beforeAll(async () => {
	const { sql } = source;
	await sql`insert into departments (id, name) values (${ids.department}, 'Hamburg')`;
	await sql`insert into users (id, name, email) values (${ids.user}, 'Ann', 'ann@tandem.example')`;
	await sql`insert into sessions (id, expires_at, token, user_id)
		values (${ids.session}, now() + interval '1 day', 'token', ${ids.user})`;
	await sql`insert into companies (id, name, department_id) values (${ids.company}, ${nasty}, ${ids.department})`;
	await sql`insert into ydocs (kind, record_id, epoch, rev, snapshot_rev, snapshot)
		values ('company', ${ids.company}, 3, 1, 0, ${Buffer.from([0, 1, 255])})`;
	await sql`insert into ydoc_updates (kind, record_id, rev, epoch, update)
		values ('company', ${ids.company}, 1, 3, ${Buffer.from([7])})`;
	const job = defineJob({ name: 'test.job', input: z.object({}), run: async () => {} });
	process.env.DATABASE_URL = source.url;
	await enqueue(systemCtx(source.db), job, {}, { key: 'one' });
	await mkdir(uploads);
	await writeFile(path.join(uploads, upload), 'name;city\n');
	await mkdir(path.join(uploads, path.dirname(blob)), { recursive: true });
	await writeFile(path.join(uploads, blob), 'An offer');
	await writeBackup({ sql, uploads }, createWriteStream(file));
});

const restore = (from: string) =>
	restoreBackup(createReadStream(from), { sql: target.sql, uploads: restored });

test('a backup brings rows, documents, waiting jobs, numbers and files to another database', async () => {
	await restore(file);
	const { sql } = target;
	expect(await sql`select id, name, number::int from companies`).toEqual([
		{ id: ids.company, name: nasty, number: 1 }
	]);
	const [doc] = await sql`select snapshot from ydocs`;
	expect(doc?.snapshot).toEqual(Buffer.from([0, 1, 255]));
	expect(await sql`select data->>'job' as job, state::text from pgboss.job`).toEqual([
		{ job: 'test.job', state: 'created' }
	]);
	expect(await readFile(path.join(restored, upload), 'utf8')).toBe('name;city\n');
	expect(await readFile(path.join(restored, blob), 'utf8')).toBe('An offer');
	await sql`insert into companies (id, name, department_id) values (${newId()}, 'Next', ${ids.department})`;
	expect(await sql`select max(number)::int as last from companies`).toEqual([{ last: 2 }]);
});

test('restoring ends sessions and raises the epoch of every document, again at every restore', async () => {
	const { sql } = target;
	await restore(file);
	expect(await sql`select 1 from sessions`).toEqual([]);
	const [first] = await sql`select epoch from ydocs`;
	expect(first?.epoch).toBeGreaterThan(3);
	expect(await sql`select epoch from ydoc_updates`).toEqual([{ epoch: first?.epoch }]);
	await restore(file);
	const [second] = await sql`select epoch from ydocs`;
	expect(second?.epoch).toBeGreaterThan(Number(first?.epoch));
});

test('people who have a page open learn that their session ended', async () => {
	const { sql } = target;
	await sql`insert into sessions (id, expires_at, token, user_id)
		values (${ids.session}, now(), 'token', ${ids.user})`;
	const heard = Promise.withResolvers<string>();
	await sql.listen('live', (payload) => {
		if (payload.includes('"session"')) heard.resolve(payload);
	});
	await restore(file);
	expect(JSON.parse(await heard.promise)).toMatchObject({ type: 'session', session: ids.session });
});

test('what changed after the backup is gone after the restore', async () => {
	const { sql } = target;
	await sql`insert into companies (id, name, department_id) values (${newId()}, 'Later', ${ids.department})`;
	await restore(file);
	expect(await sql`select name from companies`).toEqual([{ name: nasty }]);
});

test('who was erased here after the backup was made is to be erased again [R12]', async () => {
	const { sql } = target;
	const [id, recordId] = [newId(), newId()];
	await sql`insert into erasures (id, kind, record_id, asked_by, asked_at, done_at)
		values (${id}, 'contact', ${recordId}, ${ids.user}, now(), now())`;
	await restore(file);
	expect(await sql`select id, record_id as record, done_at as done from erasures`).toEqual([
		{ id, record: recordId, done: null }
	]);
	await sql`delete from erasures`;
});

const broken = async (name: string, change: (content: Buffer) => Buffer) => {
	const copy = path.join(home, name);
	await writeFile(copy, change(await readFile(file)));
	return copy;
};

test.each([
	['a file that is something else', () => Buffer.from('hello')],
	['an empty file', () => Buffer.alloc(0)],
	['a file cut off in the middle', (all: Buffer) => all.subarray(0, all.length / 2)],
	['a file without its last byte', (all: Buffer) => all.subarray(0, -1)],
	[
		'a file in which one letter changed',
		(all: Buffer) => {
			const plain = gunzipSync(all);
			plain.write('X', plain.indexOf('Hamburg'));
			return gzipSync(plain);
		}
	],
	['another archive', (all: Buffer) => gzipSync(gunzipSync(all).subarray(1024))]
])('%s is refused in one sentence and changes nothing', async (_what, change) => {
	const { sql } = target;
	await restore(file);
	await sql`insert into departments (id, name) values (${newId()}, 'Made after')`;
	const before = await sql`select epoch from ydocs`;
	const copy = await broken(newId(), change);
	await expect(restore(copy)).rejects.toThrow(/^This is not a complete backup of Tandem/);
	expect(await sql`select count(*)::int as n from departments`).toEqual([{ n: 2 }]);
	expect(await sql`select epoch from ydocs`).toEqual(before);
	expect(await readFile(path.join(restored, upload), 'utf8')).toBe('name;city\n');
});

/** Eighteen restores; what it proves is that each of them ends, not how fast a busy machine is. */
const EVERY_TENTH_MS = 120_000;

test(
	'wherever a backup is cut off, the restore ends and says so',
	async () => {
		for (let tenth = 1; tenth < 10; tenth++) {
			const copy = await broken(newId(), (all) => {
				const plain = gunzipSync(all);
				return gzipSync(plain.subarray(0, (plain.length * tenth) / 10));
			});
			await expect(restore(copy)).rejects.toThrow(/^This is not a complete backup of Tandem/);
			const torn = await broken(newId(), (all) => all.subarray(0, (all.length * tenth) / 10));
			await expect(restore(torn)).rejects.toThrow(/^This is not a complete backup of Tandem/);
		}
	},
	EVERY_TENTH_MS
);

test('a backup that ends between two of its tables is refused, too', async () => {
	const [first, second] = [await boundaryAfter('departments'), await boundaryAfter('users')];
	for (const end of [first, second]) {
		const copy = await broken(newId(), (all) => gzipSync(gunzipSync(all).subarray(0, end)));
		await expect(restore(copy)).rejects.toThrow(/^This is not a complete backup of Tandem/);
	}
});

/** Where the entry after this table's rows begins in the archive: a header of 512 bytes, the rows, padding. */
async function boundaryAfter(table: string): Promise<number> {
	let end = 0;
	await broken(newId(), (all) => {
		const plain = gunzipSync(all);
		let at = 0;
		for (let isPast = false; !isPast;) {
			const name = plain.toString('latin1', at, at + 100);
			const size = parseInt(plain.toString('latin1', at + 124, at + 136), 8);
			if (Number.isNaN(size)) throw new Error(`no rows of ${table}`);
			at += 512 + Math.ceil(size / 512) * 512;
			isPast = name.startsWith(`tables/${table}/`);
		}
		end = at;
		return all;
	});
	return end;
}

test('a backup of another version is refused with the names of both', async () => {
	const copy = await broken('other', (all) => {
		const plain = gunzipSync(all);
		const at = plain.indexOf('"migration":"00');
		plain.write('99', at + '"migration":"'.length);
		return gzipSync(plain);
	});
	await expect(restore(copy)).rejects.toThrow(/another version of Tandem \(database 99/);
	await truncate(copy);
});
