import { and, eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { titleOf } from '#lib/server/records/titles.ts';
import { isId } from '#lib/shared/ids.ts';

/** A record that the actor may see, in the trash or not, with its name; else null. */
export async function findRecord(ctx: Ctx, serverKind: ServerKind, id: string) {
	if (!isId(id)) return null;
	const { table, visibleTo } = serverKind;
	const [found] = await ctx.db
		.select()
		.from(table as PgTable)
		.where(and(eq(table.id, id), visibleTo(ctx.actor)));
	const row = (found as Row | undefined) ?? null; // of the kind's own table
	return row && { row, title: titleOf(serverKind, row) };
}
