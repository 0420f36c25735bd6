import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { countTry } from '#lib/server/auth/rate-limit.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announce, INSTALLATION } from '#lib/server/records/announce.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { type Exportable, mayExport } from '../policy.ts';
import type { ExportFormat } from '../schema.ts';

/** Files in so many minutes: more than a person needs, too few to drain the database with. */
const LIMIT = { name: 'export', tries: 30, windowMs: 10 * 60_000 };

interface Taken {
	readonly kind: Exportable;
	readonly format: ExportFormat;
	readonly query: ListQuery;
	readonly ids?: readonly string[] | undefined;
}

/** Notes in the history that the actor takes what this list shows along. Throws Forbidden and TooMany. */
export async function noteExport(ctx: Ctx, { kind, format, query, ids }: Taken): Promise<void> {
	if (!mayExport(ctx.actor, kind)) throw new Forbidden('export');
	await countTry(ctx.db, { ...LIMIT, subject: ctx.actor.id }, ctx.now);
	const { q, filters, trash } = query;
	const note = { kind, format, q, filters, ...(trash ? { trash } : {}), ...(ids ? { ids } : {}) };
	await inTransaction(ctx, (ctx) => announce(ctx, { ...INSTALLATION, act: 'export', new: note }));
}

/** True when more than `limit` rows are selected; counts no further. */
export async function countedMoreThan(ctx: Ctx, table: PgTable, selected: SQL, limit: number) {
	const [row] = await ctx.db
		.select({ count: sql<number>`count(*)::int` })
		.from(sql`(select 1 from ${table} where ${selected} limit ${limit + 1}) counted`);
	return (row?.count ?? 0) > limit;
}
