import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm';
import type { Edit, FieldValue } from '#lib/records/values.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { changes, imports } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { trash } from '#lib/server/records/trash.ts';
import { isSame } from '#lib/shared/same.ts';
import { importOf, type Import } from '../queries/imports.server.ts';
import { notifyProgress } from './progress.server.ts';
import { RECORDS } from './records.server.ts';

/** Records that are taken back together. */
const BATCH = 100;

type Change = typeof changes.$inferSelect;

/**
 * Takes back what an import did, in the name of its person and by his rights now: what it created goes to the trash,
 * what it changed gets its earlier values. What somebody has changed since stays as it is, and is counted. Safe to run
 * again at any time: a batch and how far it went are one transaction.
 */
export async function undoRecords(ctx: Ctx, importId: string): Promise<void> {
	for (;;) {
		const isMore = await inTransaction(ctx, (ctx) => undoBatch(ctx, importId));
		if (!isMore) return;
	}
}

async function undoBatch(ctx: Ctx, importId: string): Promise<boolean> {
	const [row] = await ctx.db.select().from(imports).where(eq(imports.id, importId)).for('update');
	if (row?.state !== 'undoing') return false;
	const one = importOf(row);
	const ids = await nextOf(ctx, one);
	const actor = await actorOfUser(ctx.db, one.ownerId);
	if (ids.length === 0 || !actor) {
		await ctx.db.update(imports).set({ state: 'undone' }).where(eq(imports.id, importId));
		await notifyProgress(ctx, one);
		return false;
	}
	const undone = await undoThese({ ...ctx, actor, source: 'undo' }, one, ids);
	await ctx.db
		.update(imports)
		.set({
			undoneUpTo: ids.at(-1) ?? null,
			undoneRecords: sql`${imports.undoneRecords} + ${undone}`,
			keptRecords: sql`${imports.keptRecords} + ${ids.length - undone}`
		})
		.where(eq(imports.id, importId));
	await notifyProgress(ctx, one);
	return true;
}

/** The next records that the import created or changed, in the order of their ids. */
async function nextOf(ctx: Ctx, one: Import): Promise<readonly string[]> {
	const after = one.undoneUpTo === null ? undefined : gt(changes.recordId, one.undoneUpTo);
	const rows = await ctx.db
		.selectDistinct({ id: changes.recordId })
		.from(changes)
		.where(and(eq(changes.batchId, one.id), after))
		.orderBy(asc(changes.recordId))
		.limit(BATCH);
	return rows.map(({ id }) => id);
}

/** How many of them were taken back as a whole. */
async function undoThese(ctx: Ctx, one: Import, ids: readonly string[]): Promise<number> {
	const history = await ctx.db
		.select()
		.from(changes)
		.where(and(eq(changes.kind, one.kind), inArray(changes.recordId, [...ids])))
		.orderBy(asc(changes.rev), asc(changes.id));
	const byRecord = Map.groupBy(history, ({ recordId }) => recordId);
	let undone = 0;
	for (const id of ids) {
		const entries = byRecord.get(id) ?? [];
		const isOurs = (entry: Change) => entry.batchId === one.id;
		const isCreated = entries.some((entry) => isOurs(entry) && entry.act === 'create');
		const isTaken = isCreated
			? entries.every(isOurs) && (await remove(ctx, one, id))
			: await revertFields(ctx, one, id, entries.filter(isOurs));
		if (isTaken) undone++;
	}
	return undone;
}

async function remove(ctx: Ctx, one: Import, id: string): Promise<boolean> {
	try {
		await trash(ctx, RECORDS[one.kind], id);
		return true;
	} catch (thrown) {
		// No right to it any more, or somebody has thrown it away.
		if (thrown instanceof Forbidden || thrown instanceof NotFound) return false;
		throw thrown;
	}
}

/** Gives each field that still holds what the import put there the value before it; false when one holds another. */
async function revertFields(
	ctx: Ctx,
	one: Import,
	id: string,
	entries: readonly Change[]
): Promise<boolean> {
	const serverKind = RECORDS[one.kind];
	const loaded = await loadRecord(ctx, serverKind, id);
	if (!loaded) return false;
	const edits: Edit[] = [];
	let isWhole = true;
	for (const [name, own] of Map.groupBy(entries, ({ field }) => field ?? '')) {
		const [first, last] = [own[0], own.at(-1)];
		if (name === '' || !first || !last) continue;
		// The engine wrote both, from values of this very field; it judges them anew.
		const [before, after] = [first.old, last.new] as [FieldValue, FieldValue];
		if (isSame(loaded.values[name] ?? null, after)) edits.push({ field: name, set: before });
		else isWhole = false;
	}
	if (edits.length === 0) return false;
	const answers = await commitMany(ctx, serverKind, [{ id, edits }], { source: 'undo' });
	return isWhole && answers.get(id)?.ok === true;
}
