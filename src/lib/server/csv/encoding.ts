import chardet from 'chardet';
import iconv from 'iconv-lite';
import type { Encoding } from '#lib/shared/csv.ts';

/** A table as text, cards of an address book, or a workbook. */
export type FileFormat = 'csv' | 'vcard' | 'xlsx';

export type Sniffed =
	| {
			readonly ok: true;
			readonly format: FileFormat;
			readonly encoding: Encoding;
			readonly lines: number;
	  }
	| { readonly ok: false; readonly reason: 'empty' | 'not_text' };

const SAMPLE = 64 * 1024;

/**
 * Finds out how a file is encoded while it streams by: byte order mark, UTF-16 by its NUL bytes,
 * UTF-8 by being valid over the whole file, and a guess for what is left. Holds two samples, never the file.
 */
export class EncodingSniffer {
	#head = Buffer.alloc(0);
	/** What surrounds bytes beyond ASCII once one was no UTF-8; that is where an old encoding shows. */
	#suspect = Buffer.alloc(0);
	readonly #utf8 = new Utf8Counter();
	#nulEven = 0;
	#nulOdd = 0;
	#size = 0;
	#lineFeeds = 0;
	#returns = 0;

	push(chunk: Buffer): void {
		if (this.#head.length < SAMPLE) {
			this.#head = Buffer.concat([this.#head, chunk.subarray(0, SAMPLE - this.#head.length)]);
		}
		for (let i = 0; i < chunk.length; i++) {
			const byte = chunk[i];
			if (byte === 10) this.#lineFeeds++;
			else if (byte === 13) this.#returns++;
			else if (byte === 0) this.#countNul(this.#size + i);
		}
		this.#utf8.push(chunk);
		if (this.#utf8.invalid > 0 && this.#suspect.length < SAMPLE) {
			this.#suspect = Buffer.concat([this.#suspect, ...foreignParts(chunk)]);
		}
		this.#size += chunk.length;
	}

	result(): Sniffed {
		if (this.#size === 0) return { ok: false, reason: 'empty' };
		if (startsWith(this.#head, 'PK\x03\x04')) {
			return { ok: true, format: 'xlsx', encoding: 'utf8', lines: 1 };
		}
		if (isKnownBinary(this.#head)) return { ok: false, reason: 'not_text' };
		const encoding = byteOrderMark(this.#head) ?? this.#withoutMark();
		if (!encoding) return { ok: false, reason: 'not_text' };
		const lines = Math.max(this.#lineFeeds, this.#returns, 1);
		return { ok: true, format: formatOf(this.#head, encoding), encoding, lines };
	}

	#withoutMark(): Encoding | null {
		const nuls = this.#nulEven + this.#nulOdd;
		if (nuls > 0) {
			// Latin text in UTF-16 is a NUL in every second byte; anything else with NUL is no text.
			if (nuls < this.#size / 4) return null;
			if (this.#nulOdd > this.#nulEven * 20) return 'utf16le';
			return this.#nulEven > this.#nulOdd * 20 ? 'utf16be' : null;
		}
		if (hasControlBytes(this.#head)) return null;
		if (this.#utf8.invalid === 0) return 'utf8';
		// A file that somebody glued together from two encodings stays UTF-8 and its foreign rows fail one by one.
		return this.#utf8.sequences > this.#utf8.invalid ? 'utf8' : legacyEncoding(this.#suspect);
	}

	#countNul(position: number): void {
		if (position % 2 === 0) this.#nulEven++;
		else this.#nulOdd++;
	}
}

function byteOrderMark(head: Buffer): Encoding | null {
	if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf8';
	if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le';
	return head[0] === 0xfe && head[1] === 0xff ? 'utf16be' : null;
}

const formatOf = (head: Buffer, encoding: Encoding): FileFormat =>
	/^\uFEFF?\s*BEGIN:VCARD\s/i.test(iconv.decode(head.subarray(0, 100), encoding)) ? 'vcard' : 'csv';

const BINARY_STARTS = ['PK\x05\x06', '%PDF-', '\xd0\xcf\x11\xe0', '\x1f\x8b', 'Rar!'];

/** Old workbooks, documents and archives, told by their first bytes. */
const isKnownBinary = (head: Buffer): boolean =>
	BINARY_STARTS.some((mark) => startsWith(head, mark));

const startsWith = (head: Buffer, mark: string) =>
	head.subarray(0, mark.length).toString('latin1') === mark;

function hasControlBytes(head: Buffer): boolean {
	let control = 0;
	for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) control++;
	return control > head.length / 1000 + 2;
}

const CONTEXT_BYTES = 60;

/** The surroundings of bytes beyond ASCII, so that long stretches of plain text do not drown them. */
function foreignParts(chunk: Buffer): Buffer[] {
	const parts: Buffer[] = [];
	for (let i = 0; i < chunk.length; i++) {
		if ((chunk[i] ?? 0) < 0x80) continue;
		parts.push(chunk.subarray(Math.max(0, i - CONTEXT_BYTES), i + CONTEXT_BYTES));
		i += CONTEXT_BYTES;
	}
	return parts;
}

/** How far behind the best guess Western European may lie and still be taken: it is by far the most common. */
const WESTERN_BONUS = 15;

function legacyEncoding(sample: Buffer): Encoding {
	const guesses = chardet
		.analyse(sample)
		.map(({ name, confidence }) => ({ encoding: BY_CHARDET_NAME[name], confidence }))
		.filter(({ encoding }) => encoding !== undefined);
	const western = guesses.find(({ encoding }) => encoding === 'windows-1252');
	const best = guesses[0];
	if (!best?.encoding) return 'windows-1252';
	const isWestern = western && western.confidence + WESTERN_BONUS >= best.confidence;
	return isWestern ? 'windows-1252' : best.encoding;
}

// Spreadsheets on Windows write 1252 where the standard says 8859-1; the printable part is the same.
const BY_CHARDET_NAME: Readonly<Record<string, Encoding>> = {
	'ISO-8859-1': 'windows-1252',
	'windows-1252': 'windows-1252',
	'ISO-8859-2': 'iso-8859-2',
	'windows-1250': 'windows-1250',
	'windows-1251': 'windows-1251',
	'windows-1253': 'windows-1253',
	'windows-1254': 'windows-1254',
	Shift_JIS: 'shift_jis',
	GB18030: 'gb18030',
	Big5: 'big5',
	'EUC-KR': 'euc-kr'
};

/** Counts well-formed multi-byte sequences and bytes that belong to none, across chunk borders. */
class Utf8Counter {
	sequences = 0;
	invalid = 0;
	#missing = 0;

	push(chunk: Buffer): void {
		for (const byte of chunk) {
			if (this.#missing > 0) {
				if ((byte & 0xc0) === 0x80) {
					if (--this.#missing === 0) this.sequences++;
					continue;
				}
				this.#missing = 0;
				this.invalid++;
			}
			if (byte < 0x80) continue;
			if (byte >= 0xc2 && byte <= 0xdf) this.#missing = 1;
			else if (byte >= 0xe0 && byte <= 0xef) this.#missing = 2;
			else if (byte >= 0xf0 && byte <= 0xf4) this.#missing = 3;
			else this.invalid++;
		}
	}
}
