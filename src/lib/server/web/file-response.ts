import type { FileHandle } from 'node:fs/promises';
import { bytesOf } from '../storage/blobs.ts';

interface Served {
	readonly sha256: string;
	readonly sizeBytes: number;
	/** What its content was found to be. */
	readonly type: string;
	readonly name: string;
	/** It is of a kind that browsers may show by themselves; everything else is only saved. */
	readonly mayBeShown: boolean;
}

/**
 * Answers a stored file so that a browser neither guesses what it is nor runs anything in it, whole or the
 * part that was asked for. Whoever may keep it asks each time whether he still may.
 */
export function fileResponse(request: Request, file: FileHandle, served: Served): Response {
	const { sha256, sizeBytes } = served;
	const headers = headersOf(served);
	if (isKnown(request.headers.get('if-none-match'), sha256)) {
		void file.close();
		return new Response(null, { status: 304, headers });
	}
	const part = partOf(request.headers, served);
	if (part === 'outside') {
		void file.close();
		headers.set('content-range', `bytes */${sizeBytes}`);
		return new Response(null, { status: 416, headers });
	}
	const { start, end } = part ?? { start: 0, end: sizeBytes };
	headers.set('content-length', String(end - start));
	if (part) headers.set('content-range', `bytes ${start}-${end - 1}/${sizeBytes}`);
	return new Response(bytesOf(file, start, end), { status: part ? 206 : 200, headers });
}

function headersOf({ sha256, type, name, mayBeShown }: Served): Headers {
	return new Headers({
		// What is only saved needs no type of its own, and then nobody can make use of it.
		'content-type': mayBeShown ? type : 'application/octet-stream',
		'content-disposition': disposition(mayBeShown ? 'inline' : 'attachment', name),
		'content-security-policy': policyFor(type),
		'x-content-type-options': 'nosniff',
		'cross-origin-resource-policy': 'same-origin',
		'cache-control': 'private, no-cache',
		'accept-ranges': 'bytes',
		etag: `"${sha256}"`
	});
}

/** A sandbox has no viewer for PDF; there, nothing may be loaded and no page may be made of it. */
const policyFor = (type: string) =>
	type === 'application/pdf'
		? "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
		: "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/** The header of RFC 6266: a name that every browser reads, and the real one as RFC 8187 writes it. */
export function disposition(type: 'inline' | 'attachment', name: string): string {
	const plain = name
		.normalize('NFKD')
		.replace(/[^\x20-\x7e]/g, (sign) => (/\p{M}/u.test(sign) ? '' : '_'))
		.replace(/["\\%]/g, '_');
	const exact = encodeURIComponent(name.toWellFormed()).replace(
		/['()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
	);
	return `${type}; filename="${plain || 'file'}"; filename*=UTF-8''${exact}`;
}

const isKnown = (header: string | null, sha256: string) =>
	header !== null && (header.trim() === '*' || header.includes(`"${sha256}"`));

interface Part {
	readonly start: number;
	/** Not included. */
	readonly end: number;
}

/** The one part that is asked for (RFC 9110 §14); several at once are answered with the whole. */
function partOf(headers: Headers, { sha256, sizeBytes }: Served): Part | 'outside' | null {
	const condition = headers.get('if-range');
	if (condition !== null && condition !== `"${sha256}"`) return null;
	const [, from = '', to = ''] =
		/^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get('range') ?? '') ?? [];
	if (from === '' && to === '') return null;
	if (from === '') {
		const length = Math.min(Number(to), sizeBytes);
		return length === 0 ? 'outside' : { start: sizeBytes - length, end: sizeBytes };
	}
	const start = Number(from);
	const end = to === '' ? sizeBytes : Math.min(Number(to) + 1, sizeBytes);
	if (to !== '' && Number(to) < start) return null;
	return start >= sizeBytes ? 'outside' : { start, end };
}
