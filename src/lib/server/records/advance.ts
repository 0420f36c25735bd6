import { and, eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import { ydocs, ydocUpdates } from '../db/tables/index.ts';
import { announce, type Announcement } from './announce.ts';
import type { Row, ServerKind } from './kind.ts';
import { notifyLive, type RecordAct } from './live.ts';
import { NO_UPDATE } from './replica.ts';

interface Step {
	/** What open pages do about it. */
	readonly act: RecordAct;
	/** Columns of the row beside its fields. */
	readonly columns?: Record<string, unknown>;
	/** What the history says. */
	readonly events: readonly Pick<Announcement, 'act' | 'old' | 'new' | 'batchId'>[];
}

/**
 * Takes a locked record to its next revision for what was done to it beside its fields: row, document,
 * history and hint. Answers the revision.
 */
export async function advance(
	ctx: Ctx,
	serverKind: ServerKind,
	{ row, values }: { readonly row: Row; readonly values: RecordValues },
	{ act, columns = {}, events }: Step
): Promise<number> {
	const { kind, table } = serverKind;
	const rev = row.rev + 1;
	await ctx.db
		.update(table as PgTable)
		.set({ ...columns, rev } as never) // columns that every record table has
		.where(eq(table.id, row.id));
	await followInDocument(ctx, serverKind, row, rev);
	await announce(
		ctx,
		...events.map((event) => ({ ...event, kind: kind.name, recordId: row.id, rev }))
	);
	const topics = serverKind.topics(row, values);
	await notifyLive(ctx, { type: 'record', kind: kind.name, id: row.id, rev, topics, act });
	return rev;
}

/** The document's revision is always the row's. */
async function followInDocument(ctx: Ctx, { kind }: ServerKind, { id }: Row, rev: number) {
	const [head] = await ctx.db
		.update(ydocs)
		.set({ rev })
		.where(and(eq(ydocs.kind, kind.name), eq(ydocs.recordId, id)))
		.returning({ epoch: ydocs.epoch });
	if (!head) return;
	const entry = { kind: kind.name, recordId: id, rev, epoch: head.epoch, update: NO_UPDATE };
	await ctx.db.insert(ydocUpdates).values({ ...entry, at: ctx.now });
}
