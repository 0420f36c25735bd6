import { and, asc, eq, getTableColumns, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import { unhindered } from '#lib/server/records/holders.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { cityKey } from '../model.ts';
import type { CityRename } from '../schema.ts';

const AT_ONCE = 200;

/**
 * Has every record that names one of the other cities of this country name this one, a few hundred at a time.
 * Safe to run again: what is done already is not found any more.
 */
export async function renameCity(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ country, name, others, batchId, actorId }: CityRename
): Promise<number> {
	const all = unhindered({ ...ctx, actor: { ...ctx.actor, id: actorId } });
	let renamed = 0;
	for (const serverKind of kinds) {
		let after: string | null = null;
		for (;;) {
			const ids: readonly string[] = await placedIn(ctx, serverKind, { country, others, after });
			const last = ids.at(-1);
			if (last === undefined) break;
			const place = { country, city: name };
			const wishes = ids.map((id) => ({ id, edits: [{ field: 'place', set: place }] }));
			await commitMany(all, serverKind, wishes, { commandMark: 'mergeCity', batchId });
			renamed += ids.length;
			after = last;
		}
	}
	return renamed;
}

/** Records of a kind that has places, in one of these cities. */
async function placedIn(
	ctx: Ctx,
	{ kind, table }: ServerKind,
	{
		country,
		others,
		after
	}: { readonly country: string; readonly others: readonly string[]; readonly after: string | null }
): Promise<readonly string[]> {
	const columns = getTableColumns(table as PgTable);
	const { city, country: where } = columns;
	if (!Object.hasOwn(kind.fields, 'place') || !city || !where) return [];
	const rows = await ctx.db
		.select({ id: table.id })
		.from(table as PgTable)
		.where(
			and(
				eq(where, country),
				inArray(sql`lower(btrim(${city}))`, others.map(cityKey)),
				isNull(table.deletedAt),
				after === null ? undefined : gt(table.id, after)
			)
		)
		.orderBy(asc(table.id))
		.limit(AT_ONCE);
	// Drizzle types the column of a table it only knows by shape as unknown; ids are uuids.
	return rows.map(({ id }) => String(id));
}
