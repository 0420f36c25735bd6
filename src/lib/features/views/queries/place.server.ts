import { and, eq, isNull, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { cappedCount, countBefore, cursorAt, keysetPage } from '#lib/server/db/keyset.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { Listing } from '#lib/server/records/list.ts';
import { isId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';

/** Where a record lies in the list that it was opened from. */
export interface ListPlace {
	/** From one on; null when it lies behind more than anybody counts. */
	readonly position: number | null;
	readonly total: number;
	/** There are more than the total. */
	readonly more: boolean;
	readonly previousId: string | null;
	readonly nextId: string | null;
}

/**
 * The place of a record in a list, by the list's own question and order, and its neighbours there. A record that
 * the list would not show any more keeps the place that it would have. Null where the order is none of the
 * list's columns.
 */
export async function placeInList(
	ctx: Ctx,
	{ table, visibleTo, kind }: ServerKind,
	{ shape, sorts, select }: Listing,
	{ id, query }: { readonly id: string; readonly query: string }
): Promise<ListPlace | null> {
	const asked = readListQuery(new URLSearchParams(query), shape);
	const sort = sorts[asked.sort];
	const [row] = isId(id)
		? await ctx.db
				.select({ key: sql<string | null>`${sort?.column ?? table.id}::text` })
				.from(table as PgTable)
				.where(and(eq(table.id, id), isNull(table.deletedAt), visibleTo(ctx.actor)))
		: [];
	if (!row) throw new NotFound(kind.name);
	if (!sort || asked.trash) return null;
	const selected = await select(ctx, asked);
	const order = { sort, descending: asked.descending };
	const at = cursorAt(row.key, id);
	const [total, before, [next], [previous]] = await Promise.all([
		cappedCount(ctx.db, table, selected),
		countBefore(ctx.db, table, selected, { ...order, before: at }),
		idsOf(ctx, keysetPage(table, selected, { ...order, after: at, size: 1 })),
		idsOf(ctx, keysetPage(table, selected, { ...order, before: at, size: 1 }))
	]);
	return {
		position: before.more ? null : before.count + 1,
		total: total.count,
		more: total.more,
		previousId: previous ?? null,
		nextId: next ?? null
	};
}

async function idsOf(ctx: Ctx, { page, order }: ReturnType<typeof keysetPage>) {
	const rows = await ctx.db
		.select({ id: sql<string>`page.id` })
		.from(sql`(${page}) page`)
		.orderBy(order)
		.limit(1);
	return rows.map(({ id }) => id);
}
