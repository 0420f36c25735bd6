import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { bulkItems, bulkRuns } from '#lib/server/db/tables/index.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { retrying } from '#lib/server/records/retry.ts';
import { isId } from '#lib/shared/ids.ts';
import { isKind } from '#lib/shared/kinds.ts';
import { doEach } from './acts.server.ts';
import type { Done, Item, Run } from './attempt.server.ts';

/** Named here, so that what enqueues it need not know what runs it. */
export const RUN_BULK = { name: 'bulk.run', input: z.object({ runId: z.string().refine(isId) }) };

/** Records that go together in one transaction: few, so that nobody waits long and a stop comes soon. */
const CHUNK = { edit: 200, other: 20 } as const;

/**
 * Does what is left of a run, in the name of whoever began it. Safe to run again at any time: what is done and
 * what became of it stand in one transaction.
 */
export async function runBulk(ctx: Ctx, runId: string): Promise<void> {
	const run = await takeUp(ctx, runId);
	if (!run) return;
	const actor = ctx.actor.id === run.actorId ? ctx.actor : await actorOfUser(ctx.db, run.actorId);
	if (!actor) return end(ctx, run, 'failed');
	const source = run.act === 'undo' ? 'undo' : 'form';
	const own: Ctx = { ...ctx, actor, batchId: run.id, source };
	for (;;) {
		const went = await retrying(own, () => inTransaction(own, (ctx) => doChunk(ctx, run)));
		if (went !== 'on') return end(own, run, went);
	}
}

async function takeUp(ctx: Ctx, runId: string): Promise<Run | null> {
	const [run] = await ctx.db
		.update(bulkRuns)
		.set({ state: 'running' })
		.where(and(eq(bulkRuns.id, runId), inArray(bulkRuns.state, ['queued', 'running'])))
		.returning();
	return run ?? null;
}

/** A few records more; whoever else works on this run waits here. */
async function doChunk(ctx: Ctx, { id, act }: Run): Promise<'on' | 'done' | 'cancelled'> {
	const [run] = await ctx.db.select().from(bulkRuns).where(eq(bulkRuns.id, id)).for('update');
	if (run?.state !== 'running') return 'done';
	if (run.cancelRequestedAt) return 'cancelled';
	const rows = await ctx.db
		.select({ kind: bulkItems.kind, recordId: bulkItems.recordId })
		.from(bulkItems)
		.where(and(eq(bulkItems.runId, id), eq(bulkItems.state, 'waiting')))
		.orderBy(asc(bulkItems.position))
		.limit(act === 'edit' ? CHUNK.edit : CHUNK.other);
	if (rows.length === 0) return 'done';
	// Of one kind at a time: locks are taken in one order everywhere.
	const items = rows.filter((row): row is Item => isKind(row.kind) && row.kind === rows[0]?.kind);
	await note(ctx, id, await doEach(ctx, run, items));
	await tell(ctx, run);
	return 'on';
}

async function note(ctx: Ctx, runId: string, done: readonly Done[]): Promise<void> {
	await ctx.db.execute(sql`
		update ${bulkItems} set state = done.state, reasons = done.reasons
		from jsonb_to_recordset(${JSON.stringify(done)}::text::jsonb)
			as done (kind text, "recordId" uuid, state text, reasons jsonb)
		where ${bulkItems.runId} = ${runId} and ${bulkItems.kind} = done.kind
			and ${bulkItems.recordId} = done."recordId"`);
}

async function end(ctx: Ctx, run: Run, state: 'done' | 'cancelled' | 'failed'): Promise<void> {
	await ctx.db
		.update(bulkRuns)
		.set({ state, endedAt: ctx.now })
		.where(and(eq(bulkRuns.id, run.id), eq(bulkRuns.state, 'running')));
	await tell(ctx, run);
}

/** The open pages of whoever began it show how far it is. */
const tell = (ctx: Ctx, { id, actorId }: Run) =>
	notifyLive(ctx, { type: 'topic', topic: `bulk:user:${actorId}`, ids: [id], rev: 0 });
