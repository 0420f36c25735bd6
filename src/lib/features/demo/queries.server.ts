import { count, eq, notInArray, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { installation } from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { DemoContents } from './schema.ts';

/** What the demo company consists of; null when this installation has none. */
export async function findDemo({ db }: Ctx): Promise<DemoContents | null> {
	const [row] = await db
		.select({ value: installation.value })
		.from(installation)
		.where(eq(installation.key, 'demo'));
	return row ? DemoContents.parse(row.value) : null;
}

const MOST_COUNTED = 10_000;

/** How many records of each kind people have added to the demo, up to ten thousand; these stay when it goes. */
export const countOwnRecords = (
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ recordIds }: DemoContents
): Promise<{ readonly kind: KindName; readonly count: number }[]> =>
	Promise.all(
		kinds.map(async ({ kind: { name }, table }) => {
			const [row] = await ctx.db.select({ own: count() }).from(
				sql`(select 1 from ${table}
						where ${notInArray(table.id, recordIds[name] ?? [])} limit ${MOST_COUNTED}) added`
			);
			return { kind: name, count: row?.own ?? 0 };
		})
	);
