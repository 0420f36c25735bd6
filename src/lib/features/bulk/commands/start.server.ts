import { and, count, eq, inArray, isNull } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { bulkItems, bulkRuns } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { enqueue } from '#lib/server/jobs/job.ts';
import type { Edit } from '#lib/records/values.ts';
import { isKind } from '#lib/shared/kinds.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { parseManyEdits } from '../model.ts';
import { BULK_KINDS } from '../record.server.ts';
import { AT_ONCE, type HandOverMany, type OneRun } from '../schema.ts';
import { RUN_BULK, runBulk } from './run.server.ts';

/** Says what shall be set for the chosen records; nothing of it is done yet. */
export function wishEdits(ctx: Ctx, runId: string, edits: readonly Edit[]) {
	return inTransaction(ctx, async (ctx) => {
		const run = await lockDraft(ctx, runId);
		if (run.act !== 'edit' || !isKind(run.kind)) throw new NotFound('bulk');
		if (edits.length === 0) return fail('nothing_wished');
		const parsed = parseManyEdits(BULK_KINDS[run.kind].records.kind, edits);
		if (parsed.faults.length > 0) return { ok: false, faults: parsed.faults } as const;
		const wish = { edits: parsed.edits };
		await ctx.db.update(bulkRuns).set({ wish }).where(eq(bulkRuns.id, runId));
		return ok({ id: runId });
	});
}

/** Says to whom the chosen records go; nothing of it is done yet. */
export function wishHeir(ctx: Ctx, { runId, ownerId = null }: HandOverMany) {
	return inTransaction(ctx, async (ctx) => {
		const run = await lockDraft(ctx, runId);
		if (run.act !== 'hand_over') throw new NotFound('bulk');
		await ctx.db.update(bulkRuns).set({ wish: { ownerId } }).where(eq(bulkRuns.id, runId));
		return ok({ id: runId });
	});
}

/** Forgets what was wished, so that it can be said anew. */
export function wishAnew(ctx: Ctx, { runId }: OneRun) {
	return inTransaction(ctx, async (ctx) => {
		await lockDraft(ctx, runId);
		await ctx.db.update(bulkRuns).set({ wish: null }).where(eq(bulkRuns.id, runId));
		return ok({ id: runId });
	});
}

/** Does it: what is little at once, what is much through the worker. A second time is no second effect. */
export function startRun(ctx: Ctx, { runId }: OneRun) {
	return inTransaction(ctx, async (ctx) => {
		const run = await lockDraft(ctx, runId);
		if (run.wish === null) return fail('nothing_wished');
		await ctx.db.update(bulkRuns).set({ state: 'queued' }).where(eq(bulkRuns.id, runId));
		const [items] = await ctx.db
			.select({ count: count() })
			.from(bulkItems)
			.where(eq(bulkItems.runId, runId));
		const isMuch = (items?.count ?? 0) > AT_ONCE;
		if (isMuch) await enqueue(ctx, RUN_BULK, { runId }, { key: runId });
		else await runBulk(ctx, runId);
		return ok({ id: runId });
	});
}

/** Throws away what was chosen and not done. */
export async function discardRun(ctx: Ctx, { runId }: OneRun) {
	const gone = await ctx.db
		.delete(bulkRuns)
		.where(and(isOwn(ctx, runId), eq(bulkRuns.state, 'draft')))
		.returning({ id: bulkRuns.id });
	if (gone.length === 0) throw new NotFound('bulk');
	return ok({ id: runId });
}

/** Asks a run to stop; what is done by then stays, and can be taken back. */
export async function cancelRun(ctx: Ctx, { runId }: OneRun) {
	const asked = await ctx.db
		.update(bulkRuns)
		.set({ cancelRequestedAt: ctx.now })
		.where(
			and(
				isOwn(ctx, runId),
				inArray(bulkRuns.state, ['queued', 'running']),
				isNull(bulkRuns.cancelRequestedAt)
			)
		)
		.returning({ id: bulkRuns.id });
	if (asked.length > 0) return ok({ id: runId });
	const [run] = await ctx.db.select({ id: bulkRuns.id }).from(bulkRuns).where(isOwn(ctx, runId));
	if (!run) throw new NotFound('bulk');
	return fail('already_ended');
}

/** A run that is not done yet; those of others are nobody's business. */
async function lockDraft(ctx: Ctx, runId: string) {
	const [run] = await ctx.db
		.select()
		.from(bulkRuns)
		.where(and(isOwn(ctx, runId), eq(bulkRuns.state, 'draft')))
		.for('update');
	if (!run) throw new NotFound('bulk');
	return run;
}

const isOwn = (ctx: Ctx, runId: string) =>
	and(eq(bulkRuns.id, runId), eq(bulkRuns.actorId, ctx.actor.id));
