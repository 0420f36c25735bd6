import { count, eq, notInArray } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
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

/** How many records of each kind people have added to the demo; these stay when it goes. */
export const countOwnRecords = (
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ recordIds }: DemoContents
): Promise<{ readonly kind: KindName; readonly count: number }[]> =>
	Promise.all(
		kinds.map(async ({ kind: { name }, table }) => {
			const [row] = await ctx.db
				.select({ own: count() })
				.from(table as PgTable)
				.where(notInArray(table.id, recordIds[name] ?? []));
			return { kind: name, count: row?.own ?? 0 };
		})
	);
