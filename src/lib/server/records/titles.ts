import { and, inArray, sql } from 'drizzle-orm';
import type { Ctx } from '../context.ts';
import type { Row, ServerKind } from './kind.ts';
import { keyOf } from './row.ts';

/** A record of some kind, which need not be one that is registered. */
export interface RecordRef {
	readonly kind: string;
	readonly recordId: string;
}

/** A record as its name and no more. */
export interface Titled {
	readonly title: string;
	readonly isInTrash: boolean;
}

export const refKey = ({ kind, recordId }: RecordRef) => `${kind}/${recordId}`;

/** The names of those of the records that the actor may see, by `refKey`. One statement. */
export async function titlesOf(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	refs: readonly RecordRef[]
): Promise<ReadonlyMap<string, Titled>> {
	const wanted = kinds.flatMap(({ kind, table, search, visibleTo }) => {
		const ids = new Set(refs.filter((ref) => ref.kind === kind.name).map((ref) => ref.recordId));
		if (ids.size === 0) return [];
		return sql`select ${kind.name}::text as "kind", ${table.id} as "recordId", ${search.title}::text as "title",
			${table.deletedAt} is not null as "isInTrash"
			from ${table} where ${and(inArray(table.id, [...ids]), visibleTo(ctx.actor))}`;
	});
	if (wanted.length === 0) return new Map();
	const rows = await ctx.db.execute<Found>(sql.join(wanted, sql` union all `));
	return new Map([...rows].map((row) => [refKey(row), row]));
}

interface Found extends RecordRef, Titled, Record<string, unknown> {
	readonly kind: string;
	readonly recordId: string;
	readonly title: string;
	readonly isInTrash: boolean;
}

/** What a row of this kind is called. */
export const titleOf = ({ table, search }: ServerKind, row: Row): string =>
	String(row[keyOf(table, search.title)] ?? '');
