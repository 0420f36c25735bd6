import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import { removeUpload, storeUpload, type StoredFile } from './uploads.ts';

export interface ReceivedFile extends StoredFile {
	/** What the file was called on the person's device. */
	readonly fileName: string;
}

export type Received =
	| { readonly ok: true; readonly file: ReceivedFile; readonly fields: Record<string, string> }
	| { readonly ok: false; readonly reason: 'no_file' | 'too_large' | 'broken_upload' };

interface Options {
	readonly limitBytes: number;
	/** Sees every piece of the file as it goes to disk. */
	readonly seen: (piece: Buffer) => void;
}

const MAX_NAME = 200;

/**
 * Stores the one file of a multipart form while it streams in; the size is checked on the way, so a
 * file over the limit never lies on disk longer than its request. Memory stays within a few pieces.
 */
export async function receiveFile(request: Request, options: Options): Promise<Received> {
	if (!request.body) return { ok: false, reason: 'no_file' };
	const form = formReader(request.headers);
	if (!form) return { ok: false, reason: 'no_file' };
	const fields: Record<string, string> = {};
	let storing: Promise<ReceivedFile | 'too_large' | null> | null = null;
	form.on('field', (name, value) => (fields[name] = value));
	form.on('file', (_name, stream, { filename }) => {
		storing = store(stream, filename, options);
		// Awaited below; a broken stream must not count as unhandled until then.
		storing.catch(() => {});
	});
	try {
		// Kit hands out the body as a web stream of the DOM's type, which is the same at run time.
		const body = Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]);
		await pipeline(body, form);
		const file = await (storing as Promise<ReceivedFile | 'too_large' | null> | null);
		if (file === 'too_large') return { ok: false, reason: 'too_large' };
		return file ? { ok: true, file, fields } : { ok: false, reason: 'no_file' };
	} catch {
		// The person closed the tab, the line broke, or the form is no multipart form after all.
		return { ok: false, reason: 'broken_upload' };
	}
}

function formReader(headers: Headers) {
	try {
		return busboy({
			headers: { 'content-type': headers.get('content-type') ?? '' },
			defParamCharset: 'utf8',
			limits: { files: 1, fields: 20, fieldSize: 1000, parts: 30, fileSize: Infinity }
		});
	} catch {
		return null;
	}
}

async function store(stream: Readable, name: string | undefined, options: Options) {
	let isTooLarge = false;
	let sizeBytes = 0;
	async function* withinLimit() {
		for await (const piece of stream as AsyncIterable<Buffer>) {
			sizeBytes += piece.length;
			isTooLarge ||= sizeBytes > options.limitBytes;
			// What comes beyond the limit is read and let go, so that the browser gets an answer.
			if (!isTooLarge) yield piece;
		}
	}
	const file = await storeUpload(withinLimit(), options.seen);
	// Browsers send an empty file without a name when none was chosen.
	const isNone = !name && file.sizeBytes === 0;
	if (isTooLarge || isNone) await removeUpload(file.storedAs);
	if (isTooLarge) return 'too_large';
	return isNone ? null : { ...file, fileName: (name ?? '').slice(-MAX_NAME) || 'upload.csv' };
}
