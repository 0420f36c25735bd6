import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { readConfig } from '../config.ts';

/** Ending of a file that is still being written. */
export const PARTIAL = '.part';
/** A partial file this old belongs to nobody any more. */
const ABANDONED_MS = 24 * 3600 * 1000;
const STORED_NAME = /^[0-9a-f-]{36}$/;

export interface StoredFile {
	/** Name below the uploads folder; random, so that nothing a person typed becomes a path. */
	readonly storedAs: string;
	readonly sizeBytes: number;
}

/** Where uploads lie: below DATA_DIR, never where the web server hands out files. */
export const uploadsFolder = () => path.join(readConfig(process.env).dataDir, 'uploads');

/** Path of a stored upload. */
export function uploadPath(storedAs: string): string {
	if (!STORED_NAME.test(storedAs)) throw new Error('not the name of an upload');
	return path.join(uploadsFolder(), storedAs);
}

/**
 * Writes a stream to the uploads folder. The file appears under its name only when every byte is on
 * disk (fsync, then rename); when the stream breaks off nothing stays behind.
 */
export async function storeUpload(
	pieces: AsyncIterable<Buffer>,
	seen: (piece: Buffer) => void
): Promise<StoredFile> {
	const folder = uploadsFolder();
	await mkdir(folder, { recursive: true, mode: 0o700 });
	await sweepPartials(folder);
	const storedAs = randomUUID();
	const partial = path.join(folder, storedAs + PARTIAL);
	const file = await open(partial, 'wx', 0o600);
	let sizeBytes = 0;
	try {
		await writeAll(file, pieces, (piece) => {
			seen(piece);
			sizeBytes += piece.length;
			return true;
		});
		await file.sync();
		await file.close();
		await rename(partial, path.join(folder, storedAs));
		await syncFolder(folder);
	} catch (thrown) {
		await file.close().catch(() => {});
		await rm(partial, { force: true });
		throw thrown;
	}
	return { storedAs, sizeBytes };
}

/**
 * Writes what `wanted` says of each piece. A disk that takes no more ends it only after everything has
 * been read: whoever sends it would otherwise never hear why.
 */
export async function writeAll(
	file: FileHandle,
	pieces: AsyncIterable<Buffer>,
	wanted: (piece: Buffer) => boolean
): Promise<void> {
	let failure: { readonly error: unknown } | null = null;
	for await (const piece of pieces) {
		if (failure || !wanted(piece)) continue;
		await file.writeFile(piece).catch((error: unknown) => (failure = { error }));
	}
	// TypeScript does not see the assignment inside the callback.
	const failed = failure as { readonly error: unknown } | null;
	if (failed) throw failed.error;
}

/** Removes a stored upload; one that is gone already is fine. */
export const removeUpload = (storedAs: string) => rm(uploadPath(storedAs), { force: true });

/** Makes the names in a folder survive a power cut. */
export async function syncFolder(folder: string) {
	const handle = await open(folder);
	// Some file systems refuse to sync a folder; the rename is then as durable as they make it.
	await handle.sync().catch(() => {});
	await handle.close();
}

/** Removes what uploads left behind that broke off with their process. */
export async function sweepPartials(folder: string) {
	for (const name of await readdir(folder)) {
		if (!name.endsWith(PARTIAL)) continue;
		const file = path.join(folder, name);
		const facts = await stat(file).catch(() => null);
		if (facts && Date.now() - facts.mtimeMs > ABANDONED_MS) await rm(file, { force: true });
	}
}
