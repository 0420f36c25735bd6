import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';

const id = z.string().refine(isId, 'not_found');

/** Which record files hang at, as an address says it. */
export const FilesOf = z.object({
	kind: z.enum(KIND_NAMES, 'not_found'),
	id
});
export type FilesOf = z.output<typeof FilesOf>;

export const OneFile = z.object({ fileId: id });
export type OneFile = z.infer<typeof OneFile>;

/** Files that one form may carry. */
export const FILES_AT_ONCE = 20;
/** An upload path takes 120 MB in all, see server/web/body-limit.ts. */
const MOST_FILE_MB = 100;

const whole = (most: number) =>
	z.coerce.number('not_a_number').int('not_a_number').min(1, 'not_a_number').max(most, 'too_much');

/** How much may be stored, as an administrator sets it; in millions and thousands of millions of bytes. */
export const FileLimits = z.object({
	/** One file. */
	fileMb: whole(MOST_FILE_MB),
	/** What one person adds in 24 hours. */
	dayMb: whole(1_000_000),
	/** Everything together. */
	totalGb: whole(1_000_000)
});
export type FileLimits = z.output<typeof FileLimits>;

/** The same with what is usual where nothing is set. */
export const StoredLimits = z.object({
	fileMb: FileLimits.shape.fileMb.default(50),
	dayMb: FileLimits.shape.dayMb.default(1000),
	totalGb: FileLimits.shape.totalGb.default(50)
});

/** Why a file was not taken. */
export const FILE_FAULTS = [
	'too_large',
	'empty',
	'day_full',
	'store_full',
	'disk_full',
	'not_what_it_says',
	'too_many_pixels',
	'bomb',
	'no_file',
	'too_many',
	'broken_upload'
] as const;
export type FileFault = (typeof FILE_FAULTS)[number];

/** What became of one file of an upload. */
export const UploadedFile = z.union([
	z.object({ ok: z.literal(true), name: z.string(), id: z.string() }),
	z.object({ ok: z.literal(false), name: z.string(), reason: z.enum(FILE_FAULTS) })
]);
export type UploadedFile = z.output<typeof UploadedFile>;

export const UploadAnswer = z.object({ files: z.array(UploadedFile) });

/** Larger pictures are not looked at [core 7]. */
export const PICTURE_BYTES = 5_000_000;

/** Whose face or logo a picture is. */
export const PictureOf = z.object({ kind: z.enum(['user', 'company'], 'not_found'), id });
export type PictureOf = z.output<typeof PictureOf>;

/** Why a picture was not taken. */
export const PICTURE_FAULTS = [
	'too_large',
	'no_picture',
	'too_many_pixels',
	'no_file',
	'disk_full',
	'broken_upload'
] as const;
export type PictureFault = (typeof PICTURE_FAULTS)[number];
