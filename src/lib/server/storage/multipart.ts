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
	const received = await receiveFiles(request, {
		most: 1,
		take: (pieces, name) => store(pieces, name, options),
		drop: async (file) => {
			if (file !== 'too_large') await removeUpload(file.storedAs);
		}
	});
	if (!received.ok) return received;
	const [file] = received.files;
	if (file === 'too_large') return { ok: false, reason: 'too_large' };
	return file ? { ok: true, file, fields: received.fields } : { ok: false, reason: 'no_file' };
}

interface ManyOptions<Taken> {
	/** More files than this in one form are not looked at. */
	readonly most: number;
	/** Stores one file while it streams in; throws what ends the whole request. */
	readonly take: (pieces: AsyncIterable<Buffer>, name: string) => Promise<Taken>;
	/** Lets go of what was taken before the form broke off. */
	readonly drop: (taken: Taken) => Promise<void>;
}

export type ReceivedMany<Taken> =
	| {
			readonly ok: true;
			readonly files: readonly Taken[];
			readonly fields: Record<string, string>;
			/** There were more files than are taken at once. */
			readonly more: boolean;
	  }
	| { readonly ok: false; readonly reason: 'no_file' | 'broken_upload' };

/**
 * Takes the files of a multipart form one after the other while they stream in. A form that breaks off
 * leaves nothing behind; an error of `take` itself, such as that of a full disk, is thrown.
 */
export async function receiveFiles<Taken>(
	request: Request,
	{ most, take, drop }: ManyOptions<Taken>
): Promise<ReceivedMany<Taken>> {
	const form = request.body ? formReader(request.headers, most) : null;
	if (!form || !request.body) return { ok: false, reason: 'no_file' };
	const fields: Record<string, string> = {};
	const taking: Promise<Taken>[] = [];
	let more = false;
	form.on('field', (name, value) => (fields[name] = value));
	form.on('filesLimit', () => (more = true));
	form.on('file', (_name, stream, { filename }) => {
		// Browsers send an empty file without a name when none was chosen.
		if (!filename) return void stream.resume();
		const taken = take(stream as AsyncIterable<Buffer>, cleanName(filename));
		// Awaited below; a broken stream must not count as unhandled until then.
		taken.catch(() => {});
		taking.push(taken);
	});
	// Kit hands out the body as a web stream of the DOM's type, which is the same at run time.
	const body = Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]);
	const isWhole = await pipeline(body, form).then(
		() => true,
		// The person closed the tab, the line broke, or the form is no multipart form after all.
		() => false
	);
	const ended = await Promise.allSettled(taking);
	const files = ended.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
	if (isWhole && files.length === ended.length) return { ok: true, files, fields, more };
	await Promise.all(files.map(drop));
	const failed = ended.find((one) => one.status === 'rejected');
	if (isWhole && failed) throw failed.reason;
	return { ok: false, reason: 'broken_upload' };
}

function formReader(headers: Headers, files: number) {
	try {
		return busboy({
			headers: { 'content-type': headers.get('content-type') ?? '' },
			defParamCharset: 'utf8',
			limits: { files, fields: 20, fieldSize: 1000, parts: 30 + files, fileSize: Infinity }
		});
	} catch {
		return null;
	}
}

/** Signs that turn the direction of a name, so that "exe.pdf" shows where "fdp.exe" is, and those nobody sees. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** What a file was called, as it may be shown: the last part of a path, without what deceives the eye. */
export function cleanName(name: string): string {
	const last = name.split(/[\\/]/).at(-1) ?? '';
	return last.normalize('NFC').replace(UNSEEN, '').trim().slice(-MAX_NAME);
}

async function store(pieces: AsyncIterable<Buffer>, name: string, options: Options) {
	let isTooLarge = false;
	let sizeBytes = 0;
	async function* withinLimit() {
		for await (const piece of pieces) {
			sizeBytes += piece.length;
			isTooLarge ||= sizeBytes > options.limitBytes;
			// What comes beyond the limit is read and let go, so that the browser gets an answer.
			if (!isTooLarge) yield piece;
		}
	}
	const file = await storeUpload(withinLimit(), options.seen);
	if (isTooLarge) await removeUpload(file.storedAs);
	return isTooLarge ? ('too_large' as const) : { ...file, fileName: name || 'upload.csv' };
}
