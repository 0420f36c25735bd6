import { z } from 'zod';
import { DELIMITERS, ENCODINGS } from '#lib/shared/csv.ts';
import { isId } from '#lib/shared/ids.ts';

/** Largest file that can be brought in. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

export const IMPORT_KINDS = ['company', 'contact', 'lead', 'deal'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Files with more columns are a sign of a wrong delimiter and of no use as a mapping page. */
export const MAX_COLUMNS = 500;

const id = z.string().refine(isId, 'not_found');

export const BeginImport = z.object({ kind: z.enum(IMPORT_KINDS), departmentId: id });

/** The stored mapping: one target key for each column, null for a column that is left out. */
export const MappingJson = z.array(z.string().max(40).nullable()).max(MAX_COLUMNS);

/** What becomes of a row whose record exists already. */
export const EXISTING = ['skip', 'update', 'create'] as const;
export type Existing = (typeof EXISTING)[number];

export const SetUpImport = z.object({
	importId: id,
	encoding: z.enum(ENCODINGS),
	delimiter: z.enum(DELIMITERS),
	hasHeader: z.enum(['yes', 'no']),
	existing: z.enum(EXISTING).optional(),
	mapping: MappingJson
});
export type SetUpImport = z.output<typeof SetUpImport>;

/** The same as a form posts it: the target of column 3 is called "target.3". */
export const SetUpForm = z.preprocess(
	(form) => ({ ...Object(form), mapping: mappingOf(Object(form)) }),
	SetUpImport
);

function mappingOf(form: Readonly<Record<string, unknown>>) {
	const mapping: (string | null)[] = [];
	for (const [name, value] of Object.entries(form)) {
		const column = /^target\.(\d{1,3})$/.exec(name)?.[1];
		if (column !== undefined)
			mapping[Number(column)] = typeof value === 'string' && value !== '' ? value : null;
	}
	return Array.from(mapping, (key) => key ?? null);
}

/** What a trial has counted so far, or what it found once it has come to the end. */
export const Trial = z.object({
	created: z.number(),
	updated: z.number(),
	existing: z.number(),
	skipped: z.number(),
	failed: z.number(),
	flagged: z.number(),
	isWhole: z.boolean()
});
export type Trial = z.output<typeof Trial>;

export const OneImport = z.object({ importId: id });

/** Why an upload was not taken; each has one sentence in the catalogue. */
export const UPLOAD_FAULTS = [
	'no_file',
	'too_large',
	'broken_upload',
	'empty',
	'not_text',
	'not_a_workbook',
	'workbook_too_large',
	'too_many_columns',
	'no_department'
] as const;
export type UploadFault = (typeof UPLOAD_FAULTS)[number];

/** Why a run stopped before the end of its file; each has one sentence in the catalogue. */
export const IMPORT_FAILURES = ['no_rights', 'file_gone', 'refused'] as const;
export type ImportFailure = (typeof IMPORT_FAILURES)[number];

export const FaultsJson = z.array(
	z.object({
		column: z.number().nullable(),
		code: z.string(),
		params: z.record(z.string(), z.union([z.string(), z.number()])).optional()
	})
);
export const CellsJson = z.array(z.string());
