import { open, type FileHandle } from 'node:fs/promises';

/** What a file is, by its content alone. */
export interface Sniffed {
	readonly type: string;
	/** Of a picture whose size could be read without decoding it. */
	readonly width: number | null;
	readonly height: number | null;
	/** Of an archive: how large it says that its content is. */
	readonly unpackedBytes: number | null;
	/** The sign of a PDF is near the beginning, perhaps behind something else: readers of PDF take that. */
	readonly saysPdf: boolean;
}

const HEAD = 4096;

type Signature = readonly [type: string, at: number, bytes: string | readonly number[]];

/** In this order: the first that fits counts. */
const SIGNATURES: readonly Signature[] = [
	['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
	['image/jpeg', 0, [0xff, 0xd8, 0xff]],
	['image/gif', 0, 'GIF87a'],
	['image/gif', 0, 'GIF89a'],
	['image/webp', 8, 'WEBP'],
	['audio/wav', 8, 'WAVE'],
	['image/avif', 4, 'ftypavif'],
	['image/heic', 4, 'ftypheic'],
	['image/heic', 4, 'ftypmif1'],
	['video/quicktime', 4, 'ftypqt'],
	['video/mp4', 4, 'ftyp'],
	['image/tiff', 0, [0x49, 0x49, 0x2a, 0x00]],
	['image/tiff', 0, [0x4d, 0x4d, 0x00, 0x2a]],
	['application/pdf', 0, '%PDF-'],
	['application/zip', 0, [0x50, 0x4b, 0x03, 0x04]],
	['application/zip', 0, [0x50, 0x4b, 0x05, 0x06]],
	['application/x-ole-storage', 0, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
	['application/gzip', 0, [0x1f, 0x8b]],
	['application/x-7z-compressed', 0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
	['application/vnd.rar', 0, 'Rar!\u001a\u0007'],
	['application/rtf', 0, '{\\rtf'],
	['audio/mpeg', 0, 'ID3'],
	['audio/ogg', 0, 'OggS'],
	['video/webm', 0, [0x1a, 0x45, 0xdf, 0xa3]],
	['application/x-executable', 0, [0x7f, 0x45, 0x4c, 0x46]],
	['application/x-executable', 0, [0xcf, 0xfa, 0xed, 0xfe]],
	['application/x-executable', 0, [0xca, 0xfe, 0xba, 0xbe]]
];

/** Signatures so short that a text may begin with them by chance. */
const SHORT_SIGNATURES: readonly Signature[] = [
	['application/x-msdownload', 0, 'MZ'],
	['image/bmp', 0, 'BM']
];

/** Kinds of office documents, by what the archive that they are has in it. */
const IN_ARCHIVE: readonly (readonly [part: string, type: string])[] = [
	['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
	['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
	['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
	['content.xml', 'application/vnd.oasis.opendocument']
];

/** Looks at the first bytes of a file, at the size of a picture and at the list of an archive; decodes nothing. */
export async function sniffFile(path: string, sizeBytes: number): Promise<Sniffed> {
	const file = await open(path);
	try {
		const head = await bytesAt(file, 0, HEAD);
		const type = typeOf(head);
		if (type === 'application/zip') return await lookIntoZip(file, sizeBytes);
		const size = type.startsWith('image/') ? await sizeOfPicture(file, type, head) : null;
		const saysPdf = head.subarray(0, 1024).includes('%PDF-');
		const [width, height] = [size?.width ?? null, size?.height ?? null];
		return { type, width, height, unpackedBytes: null, saysPdf };
	} finally {
		await file.close();
	}
}

/** What the first bytes say; text is told from the rest by having no sign that no text has. */
export function typeOf(head: Buffer): string {
	const signed = SIGNATURES.find((one) => isSigned(head, one));
	if (signed) return signed[0];
	if (head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) {
		return SHORT_SIGNATURES.find((one) => isSigned(head, one))?.[0] ?? 'application/octet-stream';
	}
	const text = head.toString('utf8').trimStart().toLowerCase();
	if (/^(<!doctype html|<html|<head|<body|<script)/.test(text)) return 'text/html';
	if (/<svg[\s>]/.test(text) && text.startsWith('<')) return 'image/svg+xml';
	return text.startsWith('<?xml') ? 'text/xml' : 'text/plain';
}

function isSigned(head: Buffer, [, at, bytes]: Signature): boolean {
	const wanted = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
	return head.subarray(at, at + wanted.length).equals(wanted);
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
	const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
	return buffer.subarray(0, bytesRead);
}

interface Size {
	readonly width: number;
	readonly height: number;
}

async function sizeOfPicture(file: FileHandle, type: string, head: Buffer): Promise<Size | null> {
	if (type === 'image/jpeg') return sizeOfJpeg(file);
	if (type === 'image/png' && head.length >= 24)
		return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
	if (type === 'image/gif' && head.length >= 10)
		return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
	return type === 'image/webp' && head.length >= 30 ? sizeOfWebp(head) : null;
}

function sizeOfWebp(head: Buffer): Size | null {
	switch (head.toString('latin1', 12, 16)) {
		case 'VP8 ':
			return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
		case 'VP8L': {
			const bits = head.readUInt32LE(21);
			return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
		}
		case 'VP8X':
			return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
		default:
			return null;
	}
}

const MOST_SEGMENTS = 500;

/** Walks over the segments of a JPEG to the one that says how large it is. */
async function sizeOfJpeg(file: FileHandle): Promise<Size | null> {
	let at = 2;
	for (let segment = 0; segment < MOST_SEGMENTS; segment++) {
		const bytes = await bytesAt(file, at, 9);
		if (bytes.length < 9 || bytes[0] !== 0xff) return null;
		const marker = bytes[1] ?? 0;
		if (marker === 0xff) {
			at++;
			continue;
		}
		const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
		if (isFrame) return { width: bytes.readUInt16BE(7), height: bytes.readUInt16BE(5) };
		if (marker === 0xda) return null;
		at += 2 + bytes.readUInt16BE(2);
	}
	return null;
}

const END_OF_ZIP = 0x06054b50;
const ENTRY_OF_ZIP = 0x02014b50;
const MOST_OF_LIST = 8 * 1024 * 1024;

/** Reads an archive's own list of what is in it; an archive without one is taken for as large as can be. */
async function lookIntoZip(file: FileHandle, sizeBytes: number): Promise<Sniffed> {
	const found = { type: 'application/zip', width: null, height: null, saysPdf: false };
	const from = Math.max(0, sizeBytes - 66_000);
	const tail = await bytesAt(file, from, sizeBytes - from);
	const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
	if (end < 0 || tail.length < end + 22 || tail.readUInt32LE(end) !== END_OF_ZIP)
		return { ...found, unpackedBytes: Infinity };
	const length = tail.readUInt32LE(end + 12);
	const at = tail.readUInt32LE(end + 16);
	if (length > MOST_OF_LIST || at + length > sizeBytes)
		return { ...found, unpackedBytes: Infinity };
	const list = await bytesAt(file, at, length);
	let unpackedBytes = 0;
	let type = found.type;
	for (let entry = 0; entry + 46 <= list.length && list.readUInt32LE(entry) === ENTRY_OF_ZIP;) {
		unpackedBytes += list.readUInt32LE(entry + 24);
		const nameLength = list.readUInt16LE(entry + 28);
		const name = list.toString('latin1', entry + 46, entry + 46 + nameLength);
		if (type === found.type) type = IN_ARCHIVE.find(([part]) => name.startsWith(part))?.[1] ?? type;
		entry += 46 + nameLength + list.readUInt16LE(entry + 30) + list.readUInt16LE(entry + 32);
	}
	return { ...found, type, unpackedBytes };
}
