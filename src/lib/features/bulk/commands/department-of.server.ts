import { eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { BULK_KINDS } from '../record.server.ts';

/** Under which key it stands to whom the records of a kind and department go; work has no department. */
export const heirKey = (kind: KindName, departmentId: string | null) =>
	departmentId === null ? kind : `${kind}:${departmentId}`;

/** The same for those of which somebody is a co-owner beside their owner. */
export const shareKey = (kind: KindName, departmentId: string | null) =>
	`shared-${heirKey(kind, departmentId)}`;

/** The column in which a kind keeps its department; null for work, which lies in none. */
export function departmentColumn(kind: KindName) {
	const { table, columns } = BULK_KINDS[kind].records;
	const [name] = columns.department?.columns ?? [];
	// Of the kind's own table, by its mapping.
	return name === undefined
		? null
		: ((table as Record<string, (typeof table)['id']>)[name] ?? null);
}

/** Where a record lies now; null for work and for what is not there. */
export async function departmentOf(ctx: Ctx, kind: KindName, id: string): Promise<string | null> {
	const { table } = BULK_KINDS[kind].records;
	const column = departmentColumn(kind);
	if (!column) return null;
	const [row] = await ctx.db
		.select({ departmentId: column })
		.from(table as PgTable)
		.where(eq(table.id, id));
	return row ? String(row.departmentId) : null;
}
