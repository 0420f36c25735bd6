import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type postgres from 'postgres';
import { pack, type Pack } from 'tar-stream';
import { appliedMigration, migrationNames } from '../db/migrate.ts';
import { BLOBS, partsOf } from '../storage/blobs.ts';
import { CHECKSUMS, FILES, FORMAT, MANIFEST, TABLES, BackupRefused } from './manifest.ts';
import type { Manifest, Table } from './manifest.ts';
import { copyOut, tablesToKeep } from './tables.ts';

/** Rows are cut into parts of this size, because an archive states the size of an entry before it. */
const PART_BYTES = 4 * 1024 * 1024;

interface Source {
	readonly sql: postgres.Sql;
	/** Folder whose files belong to the installation, whether it exists or not. */
	readonly uploads: string;
}

/** Writes everything as it is at one moment; people go on working meanwhile. */
export async function writeBackup({ sql, uploads }: Source, out: Writable): Promise<void> {
	const archive = new Archive();
	const flowing = pipeline(Readable.from(archive.pack), createGzip({ level: 6 }), out);
	// A failure on either side has to end the other.
	const writing = fill(archive, sql, uploads).catch((error: Error) => {
		archive.pack.destroy(error);
		throw error;
	});
	const [written, flowed] = await Promise.allSettled([writing, flowing]);
	if (written.status === 'rejected') throw written.reason;
	if (flowed.status === 'rejected') throw flowed.reason;
}

async function fill(archive: Archive, sql: postgres.Sql, uploads: string) {
	await sql.begin('isolation level repeatable read read only', async (tx) => {
		const manifest = await describe(tx);
		await archive.add(MANIFEST, Buffer.from(JSON.stringify(manifest)));
		for (const table of manifest.tables) await addTable(archive, tx, table);
	});
	// After the rows: a file is on the disk before a row names it.
	await addFiles(archive, uploads);
	await archive.finish();
}

async function describe(sql: postgres.ISql): Promise<Manifest> {
	// The first statement fixes the moment; sequences read later are at least as far.
	const applied = await appliedMigration(sql);
	const migration = (await migrationNames()).find(({ when }) => when === applied);
	if (!migration) {
		throw new BackupRefused(
			'This database is not at the version of this Tandem: start it once, then make the backup.'
		);
	}
	const sequences = await sql<{ name: string; value: string }[]>`
		select sequencename as name, last_value::text as value
		from pg_sequences where schemaname = 'public' and last_value is not null`;
	return {
		format: FORMAT,
		madeAt: new Date().toISOString(),
		migration: migration.tag,
		tables: await tablesToKeep(sql),
		sequences: [...sequences]
	};
}

async function addTable(archive: Archive, sql: postgres.ISql, table: Table) {
	let parts = 0;
	let held: Buffer[] = [];
	let size = 0;
	const flush = async () => {
		if (size === 0) return;
		const name = `${TABLES}${table.name}/${String(parts++).padStart(6, '0')}`;
		const part = Buffer.concat(held);
		held = [];
		size = 0;
		await archive.add(name, part);
	};
	const rows: AsyncIterable<Buffer> = await sql.unsafe(copyOut(table)).readable();
	for await (const piece of rows) {
		held.push(piece);
		size += piece.length;
		if (size >= PART_BYTES) await flush();
	}
	await flush();
}

async function addFiles(archive: Archive, uploads: string) {
	await addFolder(archive, uploads);
	const blobs = path.join(uploads, BLOBS);
	for (const part of await partsOf(blobs)) await addFolder(archive, path.join(blobs, part));
}

async function addFolder(archive: Archive, folder: string) {
	const names = await readdir(folder).catch(() => []);
	for (const name of names.sort()) {
		const file = path.join(folder, name);
		// Partial uploads and files that were removed just now belong to no row.
		const facts = await stat(file).catch(() => null);
		if (!facts?.isFile() || path.extname(name) !== '') continue;
		await archive.addStream(`${FILES}${name}`, facts.size, createReadStream(file));
	}
}

/** A tar archive that remembers the checksum of each entry. */
class Archive {
	readonly pack: Pack = pack();
	readonly #checksums: Record<string, string> = {};

	add(name: string, content: Buffer): Promise<void> {
		return this.addStream(name, content.length, Readable.from([content]));
	}

	async addStream(name: string, size: number, content: Readable): Promise<void> {
		const hash = createHash('sha256');
		const done = Promise.withResolvers<void>();
		const entry = this.pack.entry({ name, size }, (error) =>
			error ? done.reject(error) : done.resolve()
		);
		for await (const piece of content) {
			hash.update(piece);
			if (!entry.write(piece)) {
				await new Promise<void>((resolve) => void entry.once('drain', () => resolve()));
			}
		}
		entry.end(null);
		await done.promise;
		this.#checksums[name] = hash.digest('hex');
	}

	async finish(): Promise<void> {
		await this.add(CHECKSUMS, Buffer.from(JSON.stringify(this.#checksums)));
		this.pack.finalize();
	}
}
