import { and, eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { RecordValues } from '#lib/records/values.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Ctx } from '../context.ts';
import { NotFound } from '../errors.ts';
import type { Row, ServerKind } from './kind.ts';
import { keyOf, lockRow, readValues } from './row.ts';

/** Which record something belongs to that can be at a record of any kind, such as a file or a comment. */
export interface SubjectRef {
	readonly kind: string;
	readonly recordId: string;
}

/** The record, with what the actor may do beside its fields. */
export interface FoundSubject {
	readonly serverKind: ServerKind;
	readonly row: Row;
	readonly values: RecordValues;
	/** As its pages call it. */
	readonly title: string;
	/** He may write at least one of its fields. */
	readonly mayWrite: boolean;
	readonly mayDelete: boolean;
}

/**
 * The record of any kind that the actor may read, in the trash only for those who may take it out again.
 * Throws NotFound. One statement, and those that read its values.
 */
export async function findSubject(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	ref: SubjectRef
): Promise<FoundSubject> {
	const serverKind = kindOf(kinds, ref);
	const { table, visibleTo } = serverKind;
	const [row] = await ctx.db
		.select()
		.from(table as PgTable)
		.where(and(eq(table.id, ref.recordId), visibleTo(ctx.actor)));
	return judged(ctx, serverKind, (row as Row | undefined) ?? null); // of the kind's own table
}

/** The same, taken for writing and never in the trash: what is done beside its fields follows in turn. */
export async function lockSubject(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	ref: SubjectRef
): Promise<FoundSubject> {
	const serverKind = kindOf(kinds, ref);
	const row = await lockRow(ctx, serverKind, ref.recordId);
	return judged(ctx, serverKind, row?.deletedAt ? null : row);
}

function kindOf(kinds: readonly ServerKind[], { kind, recordId }: SubjectRef): ServerKind {
	const found = kinds.find((one) => one.kind.name === kind);
	if (!found || !isId(recordId)) throw new NotFound(kind);
	return found;
}

async function judged(ctx: Ctx, serverKind: ServerKind, row: Row | null): Promise<FoundSubject> {
	const { table, search } = serverKind;
	if (!row) throw new NotFound(serverKind.kind.name);
	const values = await readValues(ctx, serverKind, row);
	const isOpen = row.deletedAt === null;
	const mayDelete = serverKind.mayDelete(ctx.actor, row, values);
	if (!serverKind.mayRead(ctx.actor, row, values) || (!isOpen && !mayDelete)) {
		throw new NotFound(serverKind.kind.name);
	}
	return {
		...{ serverKind, row, values, mayDelete },
		title: String(row[keyOf(table, search.title)] ?? ''),
		mayWrite: isOpen && serverKind.writable(ctx.actor, row, values) !== 'none'
	};
}
