import { asc, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { LISTINGS } from '#lib/features/views/queries.server.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { bulkItems, bulkRuns } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { newId } from '#lib/shared/ids.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { mayDoMany } from '../policy.ts';
import { BULK_KINDS, BULK_ORDER } from '../record.server.ts';
import { type ChooseRecords, CONFIRM_OVER, SELECTED_MAX } from '../schema.ts';
import { startRun } from './start.server.ts';

/**
 * Takes up the rows that somebody ticked in a list, or everything that the list finds, for one act on all of
 * them. What needs no further answer and is not much is done at once; the rest is looked at first.
 */
export function chooseRecords(ctx: Ctx, input: ChooseRecords) {
	return inTransaction(ctx, async (ctx) => {
		const { kind, act, query } = input;
		const may = mayDoMany(ctx.actor, kind);
		const offered = {
			edit: may.edit,
			hand_over: may.handOver,
			trash: may.trash,
			restore: may.trash
		};
		if (!offered[act]) throw new Forbidden(kind);
		const ids = input.all ? await foundIn(ctx, kind, query) : [...new Set(input.ids)];
		if (ids.length === 0) return fail('nothing_chosen');
		if (ids.length > SELECTED_MAX) return fail('too_many_chosen');
		const isPlain = act === 'trash' || act === 'restore';
		const run = { id: newId(), actorId: ctx.actor.id, kind, act, query, createdAt: ctx.now };
		await ctx.db.insert(bulkRuns).values({ ...run, wish: isPlain ? {} : null });
		await addItems(
			ctx,
			run.id,
			ids.map((recordId) => ({ kind, recordId }))
		);
		if (isPlain && ids.length <= CONFIRM_OVER) await startRun(ctx, { runId: run.id });
		return ok({ id: run.id });
	});
}

interface Item {
	readonly kind: KindName;
	readonly recordId: string;
}

/** Puts records into a run, those first that others follow. */
export async function addItems(
	ctx: Ctx,
	runId: string,
	items: readonly Item[],
	order: readonly KindName[] = BULK_ORDER
): Promise<void> {
	const rank = (kind: KindName) => order.indexOf(kind);
	const sorted = items.toSorted(
		(a, b) => rank(a.kind) - rank(b.kind) || (a.recordId < b.recordId ? -1 : 1)
	);
	const rows = sorted.map((item, position) => ({ ...item, position }));
	// One parameter, however many there are.
	await ctx.db.execute(sql`
		insert into ${bulkItems} (run_id, kind, record_id, position)
		select ${runId}::uuid, item.kind, item."recordId", item.position
		from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
			as item (kind text, "recordId" uuid, position int)`);
}

/** The records that a list's address finds for this person; one more than may be taken says that there are too many. */
async function foundIn(ctx: Ctx, kind: KindName, query: string): Promise<readonly string[]> {
	const { shape, select } = LISTINGS[kind];
	const { table } = BULK_KINDS[kind].records;
	const selected = await select(ctx, readListQuery(new URLSearchParams(query), shape));
	const rows = await ctx.db
		.select({ id: table.id })
		.from(table as PgTable)
		.where(selected)
		.orderBy(asc(table.id))
		.limit(SELECTED_MAX + 1);
	return rows.map(({ id }) => String(id)); // as in referable.ts: ids are uuids
}

/** What somebody chose and never did anything with is forgotten. */
export async function tidyDrafts({ db, now }: Ctx): Promise<void> {
	const DRAFT_MS = 24 * 60 * 60 * 1000;
	const before = new Date(now.getTime() - DRAFT_MS);
	await db
		.delete(bulkRuns)
		.where(sql`${bulkRuns.state} = 'draft' and ${bulkRuns.createdAt} < ${before.toISOString()}`);
}
