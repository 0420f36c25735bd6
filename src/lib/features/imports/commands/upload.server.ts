import { and, eq } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import type { Sniffed } from '#lib/server/csv/encoding.ts';
import { imports } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { ReceivedFile } from '#lib/server/storage/multipart.ts';
import { removeUpload } from '#lib/server/storage/uploads.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { importableKind } from '../model/kinds.ts';
import { looksLikeHeader, suggestMapping } from '../model/suggest.ts';
import type { Mapping } from '../model/targets.ts';
import { canImportInto, canSetUpImport } from '../policy.ts';
import { getImport } from '../queries/imports.server.ts';
import { readSheetHead, type SheetChoice } from '../queries/sheet.server.ts';
import { asTable } from './convert.server.ts';
import { MAX_COLUMNS, type ImportKind } from '../schema.ts';

interface Upload {
	readonly kind: ImportKind;
	readonly departmentId: string;
	readonly file: ReceivedFile;
	readonly sniffed: Sniffed;
}

/**
 * Takes a stored upload as a new import with a first guess of everything. What cannot be one is removed, and so is
 * a file that lies there as a table from now on.
 */
export async function beginImport(ctx: Ctx, upload: Upload) {
	const { storedAs } = upload.file;
	let kept: string | null = null;
	try {
		const begun = await begin(ctx, upload);
		kept = begun.ok ? begun.value.storedAs : null;
		return begun.ok ? ok({ id: begun.value.id }) : begun;
	} finally {
		if (kept !== storedAs) await removeUpload(storedAs);
	}
}

async function begin(ctx: Ctx, { kind, departmentId, file, sniffed }: Upload) {
	if (!canImportInto(ctx.actor, kind, departmentId)) throw new Forbidden('import');
	if (!sniffed.ok) return fail(sniffed.reason);
	const table = await tableOf(file.storedAs, sniffed);
	if (!table.ok) return table;
	const { storedAs, encoding, lines } = table.value;
	const choice = { storedAs, encoding, delimiter: null };
	const guess = await guessSheet(kind, choice, null);
	const unusable =
		guess.rows === 0 ? 'empty' : guess.mapping.length > MAX_COLUMNS ? 'too_many_columns' : null;
	if (unusable) {
		await removeUpload(storedAs);
		return fail(unusable);
	}
	const id = newId();
	await ctx.db.insert(imports).values({
		id,
		kind,
		format: sniffed.format,
		state: 'uploaded',
		fileName: file.fileName,
		storedAs,
		sizeBytes: file.sizeBytes,
		encoding,
		delimiter: guess.delimiter,
		hasHeader: guess.hasHeader,
		mapping: guess.mapping,
		headings: guess.headings,
		departmentId,
		ownerId: ctx.actor.id,
		totalRows: lines,
		createdAt: ctx.now
	});
	return ok({ id, storedAs });
}

/** The file as a table, which it may be already. */
async function tableOf(storedAs: string, { format, encoding, lines }: Sniffed & { ok: true }) {
	if (format === 'csv') return ok({ storedAs, encoding, lines });
	const table = await asTable({ storedAs, format, encoding });
	return table.ok ? ok({ ...table.value, encoding: 'utf8' as const }) : table;
}

/** Delimiter, header and mapping as the beginning of the file suggests them. */
export async function guessSheet(
	kind: ImportKind,
	choice: SheetChoice,
	chosenHeader: 'yes' | 'no' | null
) {
	const head = await readSheetHead(choice);
	const rows = head.rows.slice(0, 51).map(({ cells }) => cells);
	const hasHeader = chosenHeader ?? (looksLikeHeader(kind, rows) ? 'yes' : 'no');
	const headings = hasHeader === 'yes' ? (rows[0] ?? []) : null;
	const mapping: Mapping = suggestMapping(
		importableKind(kind),
		headings,
		headings ? rows.slice(1) : rows
	);
	return { delimiter: head.delimiter, hasHeader, headings, mapping, rows: rows.length } as const;
}

/** Throws away an import that has not begun, its file too. */
export async function discardImport(ctx: Ctx, { importId }: { importId: string }) {
	const one = await getImport(ctx, importId);
	if (!canSetUpImport(ctx.actor, one)) throw new NotFound('import');
	const removed = await ctx.db
		.delete(imports)
		.where(and(eq(imports.id, importId), eq(imports.state, 'uploaded')))
		.returning({ id: imports.id });
	if (removed.length === 0) return fail('already_begun');
	await removeUpload(one.storedAs);
	return ok(null);
}
