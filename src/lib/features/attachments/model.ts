import { m } from '#lib/messages/messages.js';
import type { Format } from '#lib/ui/format.ts';
import type { FileFault, PictureFault } from './schema.ts';

/** A file at a record, as its page shows it. */
export interface FileAt {
	readonly id: string;
	readonly name: string;
	readonly type: string;
	readonly sizeBytes: number;
	readonly uploadedAt: Date;
	readonly uploadedBy: string | null;
	/** The disk does not have it any more. */
	readonly missing: boolean;
}

/** The pictures that browsers show by themselves and that cannot carry a script. */
const PICTURES: ReadonlySet<string> = new Set([
	'image/png',
	'image/jpeg',
	'image/gif',
	'image/webp',
	'image/avif'
]);

export const isPicture = (type: string): boolean => PICTURES.has(type);

/** What may be looked at in the browser; everything else is only ever saved. */
export const mayBeShown = (type: string): boolean => isPicture(type) || type === 'application/pdf';

/** Of these the worker makes small pictures. */
export const PREVIEWED: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

const MOST_PIXELS = 100_000_000;
const MOST_UNPACKED = 4_000_000_000;
const HARMLESS_UNPACKED = 200_000_000;
const MOST_TIMES = 250;

interface Content {
	readonly type: string;
	readonly sizeBytes: number;
	readonly width: number | null;
	readonly height: number | null;
	readonly unpackedBytes: number | null;
	/** The first bytes hold the sign of a PDF, perhaps behind something else. */
	readonly saysPdf: boolean;
}

/** Why a file's content is not taken under this name, or null. */
export function faultOfContent(name: string, content: Content): FileFault | null {
	const { sizeBytes, width, height, unpackedBytes } = content;
	if (sizeBytes === 0) return 'empty';
	// An archive that ends before the list of what is in it is none.
	if (!isWhatItSays(name, content) || unpackedBytes === Infinity) return 'not_what_it_says';
	if ((width ?? 0) * (height ?? 0) > MOST_PIXELS) return 'too_many_pixels';
	const times = (unpackedBytes ?? 0) / sizeBytes;
	const isBomb = times > MOST_TIMES && (unpackedBytes ?? 0) > HARMLESS_UNPACKED;
	return isBomb || (unpackedBytes ?? 0) > MOST_UNPACKED ? 'bomb' : null;
}

const PICTURE_ENDINGS = /^(png|jpe?g|gif|webp|avif|heic|bmp|tiff?)$/;
const ARCHIVE_ENDINGS = /^(zip|docx|xlsx|pptx|odt|ods|odp)$/;

/**
 * Whether the content is of the family that the end of the name promises. Old office programs save web
 * pages and tables of text under their own endings, so those promise nothing.
 */
function isWhatItSays(name: string, { type, saysPdf }: Content): boolean {
	const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
	if (PICTURE_ENDINGS.test(ending)) return type.startsWith('image/') && type !== 'image/svg+xml';
	if (ending === 'pdf') return type === 'application/pdf' || saysPdf;
	if (!ARCHIVE_ENDINGS.test(ending)) return true;
	// Word and Excel keep what has a password in a container of the old kind.
	return /zip|openxml|opendocument|ole-storage/.test(type);
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** "2.6 MB" the way this reader writes numbers. */
export function sizeInWords({ locale }: Format, bytes: number): string {
	const step = bytes < 1000 ? 0 : bytes < 1e6 ? 1 : bytes < 1e9 ? 2 : 3;
	return new Intl.NumberFormat(locale, {
		style: 'unit',
		unit: UNITS[step],
		// The short form of a byte has no plural in English.
		unitDisplay: step === 0 ? 'long' : 'short',
		maximumFractionDigits: 1
	}).format(bytes / 1000 ** step);
}

const FAULTS: Readonly<Record<FileFault, () => string>> = {
	too_large: m.files_fault_too_large,
	empty: m.files_fault_empty,
	day_full: m.files_fault_day_full,
	store_full: m.files_fault_store_full,
	disk_full: m.files_fault_disk_full,
	not_what_it_says: m.files_fault_not_what_it_says,
	too_many_pixels: m.files_fault_too_many_pixels,
	bomb: m.files_fault_bomb,
	no_file: m.files_fault_no_file,
	too_many: m.files_fault_too_many,
	broken_upload: m.files_fault_broken_upload
};

/** One sentence that says why a file was not taken. */
export const fileFaultWords = (fault: FileFault): string => FAULTS[fault]();

/** One sentence that says why a picture was not taken. */
export function pictureFaultWords(fault: PictureFault): string {
	if (fault === 'no_picture') return m.files_fault_no_picture();
	return fault === 'too_large' ? m.files_fault_picture_large() : fileFaultWords(fault);
}
