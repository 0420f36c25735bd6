import { and, eq, isNull } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { merges } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { unhindered } from '#lib/server/records/holders.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { lockRow, lockRows, readValues } from '#lib/server/records/row.ts';
import { changedIn, takeBack } from '#lib/server/records/take-back.ts';
import { findSubject } from '#lib/server/records/subject.ts';
import { restore } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canStillUndo } from '../model.ts';
import type { MergeableKind, UndoMerge } from '../schema.ts';
import { Moved, moveBesideBack } from './beside.server.ts';
import { tellBoth } from './tell.server.ts';

const MARK = 'undoMerge';

/**
 * Takes a merge back: the record that went is there again with everything that hung on it, and the one that was
 * kept is as it was, but for what somebody has changed since. Answers how much of that there was.
 */
export function undoMerge(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: MergeableKind,
	{ id, mergeId }: UndoMerge
) {
	return inTransaction(ctx, async (ctx) => {
		const serverKind = kinds.find((one) => one.kind.name === kind);
		if (!serverKind) throw new NotFound(kind);
		const { row, mayWrite } = await findSubject(ctx, kinds, { kind, recordId: id });
		if (row.deletedAt) throw new NotFound(kind);
		if (!mayWrite) throw new Forbidden(kind);
		const merge = await openMerge(ctx, mergeId);
		if (merge?.kind !== kind || merge.keptId !== id) return fail('not_merged');
		await lockBoth(ctx, serverKind, merge);
		if (!canStillUndo(merge.mergedAt, ctx.now)) return fail('too_late');
		const [undone] = await ctx.db
			.update(merges)
			.set({ undoneAt: ctx.now, undoneBy: ctx.actor.id })
			.where(and(eq(merges.id, mergeId), isNull(merges.undoneAt)))
			.returning();
		if (!undone) return fail('not_merged');
		await restore(unhindered(ctx), serverKind, merge.goneId);
		const stayed = await takeAllBack(ctx, kinds, merge);
		await moveBesideBack(ctx, merge, Moved.parse(merge.moved));
		await tellBoth(ctx, kinds, { ...merge, act: 'merge_undone', batchId: mergeId });
		return ok({ id, goneId: merge.goneId, stayed });
	});
}

type Merge = typeof merges.$inferSelect;

async function openMerge(ctx: Ctx, mergeId: string): Promise<Merge | null> {
	const [merge] = await ctx.db
		.select()
		.from(merges)
		.where(and(eq(merges.id, mergeId), isNull(merges.undoneAt)));
	return merge ?? null;
}

/**
 * Takes both, in the order of their ids: whoever takes a merge back must be allowed what merging takes. One that was
 * itself merged away lies in the trash, and comes back first. Throws NotFound and Forbidden.
 */
async function lockBoth(ctx: Ctx, serverKind: ServerKind, { keptId, goneId }: Merge) {
	const rows = new Map<string, Row>();
	for (const id of [keptId, goneId].sort()) {
		const row = await lockRow(ctx, serverKind, id);
		if (row) rows.set(id, row);
	}
	const [kept, gone] = [rows.get(keptId), rows.get(goneId)];
	if (!kept || !gone || kept.deletedAt || !gone.deletedAt) throw new NotFound(serverKind.kind.name);
	const [own, other] = [
		await readValues(ctx, serverKind, kept),
		await readValues(ctx, serverKind, gone)
	];
	if (!serverKind.mayRead(ctx.actor, kept, own)) throw new NotFound(serverKind.kind.name);
	const may =
		serverKind.writable(ctx.actor, kept, own) !== 'none' &&
		serverKind.mayDelete(ctx.actor, gone, other);
	if (!may) throw new Forbidden(serverKind.kind.name);
}

/** The farthest first, as they were moved; everything is taken before, in the order in which everybody takes it. */
async function takeAllBack(ctx: Ctx, kinds: readonly ServerKind[], merge: Merge): Promise<number> {
	const records = await changedIn(ctx, kinds, merge.id);
	const byKind = Map.groupBy(records, ({ serverKind }) => serverKind);
	for (const [serverKind, own] of byKind) {
		const ids = own.map(({ id }) => id);
		await lockRows(ctx, serverKind, ids);
	}
	let stayed = 0;
	for (const record of records.toReversed()) {
		// What others have made of the record itself since is theirs; the rest of it comes back.
		const inPart = record.id === merge.keptId;
		const count = await takeBack(ctx, record, { commandMark: MARK, inPart });
		stayed += inPart ? count : Math.min(count, 1);
	}
	return stayed;
}
