import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type postgres from 'postgres';
import { extract, type Extract } from 'tar-stream';
import { appliedMigration, migrationNames } from '../db/migrate.ts';
import {
	CHECKSUMS,
	Checksums,
	FILES,
	Manifest,
	MANIFEST,
	TABLES,
	BackupRefused
} from './manifest.ts';
import { blobPlace, isBlobName } from '../storage/blobs.ts';
import { EMPTIED, copyIn, JOBS, quoted, tablesToKeep } from './tables.ts';

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

interface Target {
	readonly sql: postgres.Sql;
	readonly uploads: string;
}

const BROKEN = 'This is not a complete backup of Tandem: nothing was changed.';
const UPLOAD_NAME = /^[0-9a-f-]{36}$/;

/**
 * Replaces everything by what the backup holds, in one transaction: a file that turns out to be wrong
 * at its last byte changes nothing. Every session ends, and every document gets a new epoch, so that
 * browsers which saw the later state start again instead of mixing it in.
 */
export async function restoreBackup(input: Readable, { sql, uploads }: Target): Promise<void> {
	const staged = `${uploads}.restoring`;
	await rm(staged, { recursive: true, force: true });
	await mkdir(staged, { recursive: true, mode: 0o700 });
	try {
		await sql.begin(async (tx) => {
			const archive = extract();
			const flowing = pipeline(input, createGunzip(), archive);
			// Reported through the archive, which it ends.
			flowing.catch(() => {});
			await load(archive, tx, staged);
			await flowing;
		});
		await replaceFolder(uploads, staged);
	} catch (error) {
		throw isOwnOrDatabase(error) ? error : new BackupRefused(BROKEN, { cause: error });
	} finally {
		await rm(staged, { recursive: true, force: true });
	}
}

/**
 * Rows that the tables refuse (classes 22 and 23) are the file's fault like any error of the archive;
 * all other errors of the database are not.
 */
const isOwnOrDatabase = (error: unknown) =>
	error instanceof BackupRefused ||
	(error instanceof Error &&
		error.name === 'PostgresError' &&
		!('code' in error && /^2[23]/.test(String(error.code))));

async function load(archive: AsyncIterable<Entry>, sql: postgres.ISql, staged: string) {
	const progress: Progress = { seen: new Map(), loader: null, isWhole: false };
	try {
		for await (const entry of archive) await takeEntry(progress, entry, sql, staged);
		// A file that ends between two entries is no broken archive.
		if (!progress.isWhole) throw new BackupRefused(BROKEN);
	} catch (error) {
		// A COPY that nobody ends would keep the transaction from rolling back.
		await progress.loader?.abandon();
		throw error;
	}
}

interface Progress {
	/** Checksums of the entries so far. */
	readonly seen: Map<string, string>;
	loader: Loader | null;
	isWhole: boolean;
}

async function takeEntry(progress: Progress, entry: Entry, sql: postgres.ISql, staged: string) {
	const { seen, loader } = progress;
	const { name } = entry.header;
	if (name === CHECKSUMS) {
		await loader?.finish();
		const wanted = Checksums.parse(JSON.parse((await collect(entry)).toString()));
		progress.isWhole = matches(seen, wanted);
	} else if (!loader) {
		if (name !== MANIFEST) throw new BackupRefused(BROKEN);
		const content = await collect(entry);
		seen.set(name, createHash('sha256').update(content).digest('hex'));
		progress.loader = await Loader.begin(sql, readManifest(content));
	} else if (name.startsWith(FILES)) {
		seen.set(name, await storeFile(entry, staged, name.slice(FILES.length)));
	} else {
		seen.set(name, await loader.take(entry));
	}
}

function readManifest(content: Buffer): Manifest {
	const manifest = Manifest.safeParse(JSON.parse(content.toString()));
	if (!manifest.success) throw new BackupRefused(BROKEN);
	return manifest.data;
}

function matches(seen: ReadonlyMap<string, string>, wanted: Record<string, string>): boolean {
	const names = Object.keys(wanted);
	return names.length === seen.size && names.every((name) => seen.get(name) === wanted[name]);
}

/** Puts rows into emptied tables, one COPY per table however many parts its rows come in. */
class Loader {
	readonly #sql: postgres.ISql;
	readonly #manifest: Manifest;
	readonly #epoch: number;
	#table = '';
	#copy: Writable | null = null;

	private constructor(sql: postgres.ISql, manifest: Manifest, epoch: number) {
		this.#sql = sql;
		this.#manifest = manifest;
		this.#epoch = epoch;
	}

	static async begin(sql: postgres.ISql, manifest: Manifest): Promise<Loader> {
		await refuseOtherVersion(sql, manifest);
		const [row] = await sql`select coalesce(max(epoch), 0)::int as epoch from ydocs`;
		// One by one, so that the trigger tells every process whose sockets to close.
		await sql`delete from sessions`;
		// Who was erased here stays erased, whatever the backup knows of him.
		await sql`create temporary table erased_here on commit drop as select * from erasures`;
		const names = (await tablesToKeep(sql)).map(({ name }) => name);
		const ours = names.filter((name) => name !== JOBS).map(quoted);
		// History may only be emptied by who says that he restores.
		await sql`select set_config('tandem.restoring', 'on', true)`;
		await sql.unsafe(`truncate ${[...ours, ...EMPTIED.map(quoted)].join(', ')}`);
		await sql`delete from pgboss.job`;
		return new Loader(sql, manifest, Number(row?.epoch));
	}

	async take(entry: Entry): Promise<string> {
		const name = path.posix.dirname(entry.header.name.slice(TABLES.length));
		const table = this.#manifest.tables.find((candidate) => candidate.name === name);
		if (!entry.header.name.startsWith(TABLES) || !table) throw new BackupRefused(BROKEN);
		if (this.#table !== name) {
			await this.#endCopy();
			this.#copy = await this.#sql.unsafe(copyIn(table)).writable();
			this.#table = name;
		}
		const hash = createHash('sha256');
		for await (const piece of entry as AsyncIterable<Buffer>) {
			hash.update(piece);
			await this.#write(piece);
		}
		return hash.digest('hex');
	}

	async finish(): Promise<void> {
		await this.#endCopy();
		// The worker erases again what the backup has brought back.
		await this.#sql`update erased_here set done_at = null`;
		await this.#sql`insert into erasures select * from erased_here on conflict do nothing`;
		for (const { name, value } of this.#manifest.sequences) {
			await this.#sql`select setval(${quoted(name)}::regclass, ${value}::bigint)`;
		}
		// Minutes since 1970 are more than any restore or raise before gave out, even on another machine.
		const epoch = Math.max(this.#epoch + 1, Math.floor(Date.now() / 60_000));
		await this.#sql`update ydocs set epoch = greatest(epoch + 1, ${epoch})`;
		await this.#sql`
			update ydoc_updates u set epoch = d.epoch from ydocs d
			where d.kind = u.kind and d.record_id = u.record_id`;
	}

	/** Breaks off a COPY in progress, so that the connection can take the next statement. */
	async abandon(): Promise<void> {
		const copy = this.#copy;
		this.#copy = null;
		if (!copy || copy.destroyed) return;
		await new Promise<void>((resolve) => {
			copy.once('error', () => {}).once('close', () => resolve());
			copy.destroy(new Error('the backup broke off'));
		});
	}

	#write(piece: Buffer): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#copy?.write(piece, (error) => (error ? reject(error) : resolve()));
		});
	}

	async #endCopy(): Promise<void> {
		const copy = this.#copy;
		this.#copy = null;
		if (!copy) return;
		await new Promise<void>((resolve, reject) => {
			copy.once('error', reject).once('finish', () => resolve());
			copy.end();
		});
	}
}

async function refuseOtherVersion(sql: postgres.ISql, { migration }: Manifest) {
	const applied = await appliedMigration(sql);
	const here = (await migrationNames()).find(({ when }) => when === applied);
	if (here?.tag === migration) return;
	throw new BackupRefused(
		`This backup was made by another version of Tandem (database ${migration}, here ${here?.tag}): restore it with that version, then update.`
	);
}

async function storeFile(entry: Entry, folder: string, name: string): Promise<string> {
	// What a file says about where it belongs is never a path.
	if (!UPLOAD_NAME.test(name) && !isBlobName(name)) throw new BackupRefused(BROKEN);
	const place = path.join(folder, isBlobName(name) ? blobPlace(name) : name);
	await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
	const file = await open(place, 'wx', 0o600);
	const hash = createHash('sha256');
	try {
		for await (const piece of entry as AsyncIterable<Buffer>) {
			hash.update(piece);
			await file.writeFile(piece);
		}
		await file.sync();
	} finally {
		await file.close();
	}
	return hash.digest('hex');
}

/** Files of before the restore are kept beside the new ones until the next restore. */
async function replaceFolder(uploads: string, staged: string) {
	const previous = `${uploads}.before-restore`;
	await rm(previous, { recursive: true, force: true });
	await rename(uploads, previous).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw error;
	});
	await rename(staged, uploads);
}

async function collect(entry: AsyncIterable<unknown>): Promise<Buffer> {
	const pieces: Buffer[] = [];
	for await (const piece of entry as AsyncIterable<Buffer>) pieces.push(piece);
	return Buffer.concat(pieces);
}
