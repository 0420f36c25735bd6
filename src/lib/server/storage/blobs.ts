import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { PARTIAL, sweepPartials, syncFolder, uploadsFolder, writeAll } from './uploads.ts';

/** Below the uploads folder, so that whoever backs that up has these too. */
export const BLOBS = 'blobs';
const NAME = /^[0-9a-f]{64}$/;

export const isBlobName = (name: string) => NAME.test(name);

/** Where a stored content lies, seen from the uploads folder; a folder holds one of 256 parts. */
export function blobPlace(sha256: string): string {
	if (!isBlobName(sha256)) throw new Error('not the name of a stored file');
	return path.join(BLOBS, sha256.slice(0, 2), sha256);
}

/** Where a stored content lies. */
export const blobFile = (sha256: string) => path.join(uploadsFolder(), blobPlace(sha256));

/** A content that is on the disk as a whole and belongs to nobody yet: place it or let it go. */
export interface Staged {
	readonly path: string;
	readonly sha256: string;
	readonly sizeBytes: number;
}

/**
 * Writes a stream beside the stored files and answers what it was, or that it is larger than it may be.
 * When it breaks off, or the disk is full, nothing stays behind.
 */
export async function stageBlob(
	pieces: AsyncIterable<Buffer>,
	{ limitBytes }: { readonly limitBytes: number }
): Promise<Staged | 'too_large'> {
	const folder = path.join(uploadsFolder(), BLOBS);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await sweepPartials(folder);
	const partial = path.join(folder, randomUUID() + PARTIAL);
	const file = await open(partial, 'wx', 0o600);
	const hash = createHash('sha256');
	let sizeBytes = 0;
	try {
		await writeAll(file, pieces, (piece) => {
			sizeBytes += piece.length;
			// What comes beyond the limit is read and let go, so that the browser gets an answer.
			if (sizeBytes > limitBytes) return false;
			hash.update(piece);
			return true;
		});
		if (sizeBytes <= limitBytes) await file.sync();
		await file.close();
	} catch (thrown) {
		await file.close().catch(() => {});
		await rm(partial, { force: true });
		throw thrown;
	}
	if (sizeBytes <= limitBytes) return { path: partial, sha256: hash.digest('hex'), sizeBytes };
	await rm(partial, { force: true });
	return 'too_large';
}

/**
 * Gives a staged content its name; it survives a power cut from then on. One that lies there already is
 * the same, or was lost or damaged.
 */
export async function placeBlob({ path: from, sha256 }: Staged): Promise<void> {
	const to = blobFile(sha256);
	const folder = path.dirname(to);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await rename(from, to);
	await syncFolder(folder);
	await syncFolder(path.dirname(folder));
}

/** Lets a staged content go that nobody wants. */
export const discardStaged = (staged: Staged) => rm(staged.path, { force: true });

/** Takes a stored content off the disk; one that is gone already is fine. */
export const removeBlob = (sha256: string) => rm(blobFile(sha256), { force: true });

/** The size of what lies on the disk under this name, or null when nothing does. */
export async function blobSize(sha256: string): Promise<number | null> {
	const facts = await stat(blobFile(sha256)).catch(() => null);
	return facts?.isFile() ? facts.size : null;
}

/** Opens a stored content; null when the disk does not have it. */
export async function openBlob(sha256: string): Promise<FileHandle | null> {
	return open(blobFile(sha256)).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return null;
		throw error;
	});
}

const PIECE = 64 * 1024;

/** The bytes from `start` to before `end`, read as they are wanted; closes the file at the end or when nobody wants more. */
export function bytesOf(file: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
	let at = start;
	return new ReadableStream(
		{
			async pull(controller) {
				const wanted = Math.min(PIECE, end - at);
				const { bytesRead, buffer } =
					wanted > 0
						? await file.read(new Uint8Array(wanted), 0, wanted, at)
						: { bytesRead: 0, buffer: new Uint8Array() };
				at += bytesRead;
				if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
				if (at < end && bytesRead > 0) return;
				await file.close();
				if (at < end) controller.error(new Error('the file is shorter than it was'));
				else controller.close();
			},
			cancel: () => file.close()
		},
		{ highWaterMark: 0 }
	);
}

const RESERVE_BYTES = 256 * 1024 * 1024;
const RESERVE_SHARE = 0.05;

/** Whether the disk takes so many more bytes and keeps some for the database, which may lie there too. */
export async function hasRoomFor(bytes: number): Promise<boolean> {
	const folder = path.join(uploadsFolder(), BLOBS);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const { bavail, blocks, bsize } = await statfs(folder);
	const reserve = Math.min(RESERVE_BYTES, blocks * bsize * RESERVE_SHARE);
	return bavail * bsize - bytes >= reserve;
}

/** Codes by which the system, and Postgres, say that a disk is full. */
const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', '53100']);

/** True for the error of a disk that takes no more, of ours or of the database. */
export function isDiskFull(error: unknown): boolean {
	if (!(error instanceof Error)) return false;
	return ('code' in error && FULL.has(error.code)) || isDiskFull(error.cause);
}

/** The names of what lies on the disk and has not been touched since, some hundred at a time. */
export async function* storedBlobs({
	olderThan
}: {
	readonly olderThan: number;
}): AsyncGenerator<readonly string[]> {
	const folder = path.join(uploadsFolder(), BLOBS);
	for (const part of await partsOf(folder)) {
		const names = (await readdir(path.join(folder, part))).filter(isBlobName);
		const old: string[] = [];
		for (const name of names) {
			const facts = await stat(path.join(folder, part, name)).catch(() => null);
			if (facts && facts.mtimeMs < olderThan) old.push(name);
		}
		if (old.length > 0) yield old;
	}
}

/** The folders in which stored files lie. */
export async function partsOf(folder: string): Promise<readonly string[]> {
	const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
	const parts = entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{2}$/.test(entry.name));
	return parts.map(({ name }) => name).sort();
}
