import { and, eq, gt, inArray } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { bulkRuns, changes } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { isKind } from '#lib/shared/kinds.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { MoveWish, type OneRun, UNDO_DAYS } from '../schema.ts';
import type { Item } from './attempt.server.ts';
import { addItems } from './choose.server.ts';
import { movePersonBack } from './hand-over.server.ts';
import { startRun } from './start.server.ts';
import { TAKEN_BACK } from './take-back.server.ts';

/**
 * Takes a run back, as a run of its own: every record gets back what it had, as far as it still holds what
 * the run gave it. What others have changed since stays and is told.
 */
export function undoRun(ctx: Ctx, { runId }: OneRun) {
	return inTransaction(ctx, async (ctx) => {
		const [run] = await ctx.db
			.select()
			.from(bulkRuns)
			.where(and(eq(bulkRuns.id, runId), eq(bulkRuns.actorId, ctx.actor.id), isUndoable(ctx)))
			.for('update');
		if (!run) throw new NotFound('bulk');
		const [earlier] = await ctx.db
			.select({ id: bulkRuns.id })
			.from(bulkRuns)
			.where(eq(bulkRuns.undoes, runId));
		if (earlier) return fail('already_undone');
		const touched = await ctx.db
			.selectDistinct({ kind: changes.kind, recordId: changes.recordId })
			.from(changes)
			.where(and(eq(changes.batchId, runId), TAKEN_BACK));
		const items = touched.filter((item): item is Item => isKind(item.kind));
		if (items.length === 0) return fail('nothing_to_undo');
		const id = newId();
		const { kind, query, actorId } = run;
		await ctx.db.insert(bulkRuns).values({
			...{ id, actorId, kind, query, act: 'undo', wish: {}, undoes: runId },
			createdAt: ctx.now
		});
		await addItems(ctx, id, items);
		// He must belong there before his records can.
		if (run.act === 'move') await movePersonBack(ctx, MoveWish.parse(run.wish));
		await startRun(ctx, { runId: id });
		return ok({ id });
	});
}

const ENDED = ['done', 'cancelled', 'failed'] as const;

const isUndoable = ({ now }: Ctx) => {
	const since = new Date(now.getTime() - UNDO_DAYS * 24 * 60 * 60 * 1000);
	return and(inArray(bulkRuns.state, [...ENDED]), gt(bulkRuns.createdAt, since));
};
