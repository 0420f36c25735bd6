import { and, asc, isNull, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { beginsWith, namesMatch } from '#lib/server/db/text-match.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';

/** Of names that hold a text somewhere, no more are put in order. */
const CANDIDATES = 64;

interface Named {
	readonly id: string;
	readonly name: string;
}

/**
 * Records of one kind for a picker: what the actor may see and the text occurs in, names that begin so first. Without
 * a text the first names there are. One statement that reads no more of a large table than it answers.
 */
export function findNamed(
	ctx: Ctx,
	serverKind: ServerKind,
	text: string,
	limit = 10
): Promise<readonly Named[]> {
	const wanted = text.trim();
	return wanted === ''
		? firstNames(ctx, serverKind, limit)
		: called(ctx, serverKind, wanted, limit);
}

async function firstNames(
	ctx: Ctx,
	{ table, search: { title }, visibleTo }: ServerKind,
	limit: number
): Promise<readonly Named[]> {
	const rows = await ctx.db
		.select({ id: table.id, name: title })
		.from(table as PgTable)
		.where(and(visibleTo(ctx.actor), isNull(table.deletedAt)))
		.orderBy(asc(title), asc(table.id))
		.limit(limit);
	// Drizzle types the columns of a table it only knows by shape as unknown; both are text.
	return rows.map(({ id, name }) => ({ id: String(id), name: String(name) }));
}

async function called(
	ctx: Ctx,
	{ table, search: { title, names }, visibleTo }: ServerKind,
	text: string,
	limit: number
): Promise<readonly Named[]> {
	const open = sql`${visibleTo(ctx.actor)} and ${table.deletedAt} is null`;
	// No index has the revision: else Postgres walks one of names on the way to what it takes for everywhere.
	const rows = await ctx.db.execute<{ id: string; name: string }>(sql`
		with first as (
			select ${table.id} as id, ${title} as name from ${table}
			where ${beginsWith(title, text)} and ${open} order by ${title}, ${table.id} limit ${limit}
		), within as (
			select ${table.id} as id, ${title} as name from ${table}
			where (select count(*) from first) < ${limit} and ${namesMatch(names, text)} and ${open} and ${table.rev} >= 0
			limit ${CANDIDATES}
		)
		select id, name from (
			select *, 0 as place from first
			union all select *, 1 from within where id not in (select id from first)
		) found order by place, name, id limit ${limit}`);
	return [...rows];
}
