import { and, eq, inArray, sql } from 'drizzle-orm';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { readFileRecords } from '#lib/server/csv/file.ts';
import { importFingerprints, imports } from '#lib/server/db/tables/index.ts';
import { isUnavailable } from '#lib/server/db/unavailable.ts';
import { removeUpload, uploadPath } from '#lib/server/storage/uploads.ts';
import type { SheetRow } from '../model/sheet.ts';
import { canImportInto } from '../policy.ts';
import type { ImportFailure } from '../schema.ts';
import { importOf, planOf, type Import } from '../queries/imports.server.ts';
import { Directory } from '../queries/lookups.server.ts';
import { readSheetHead } from '../queries/sheet.server.ts';
import { readBatch, settleBatch, type Batch, type Run } from './batch.server.ts';
import { endTrial, leaveTrial } from './trial.server.ts';
import { atMostEvery, notifyProgress } from './progress.server.ts';

/** Rows that go in together: few enough to cancel quickly, enough to spread the cost of statements and a commit. */
const BATCH_ROWS = 500;
/** At most four messages a second about one import. */
const NOTIFY_PAUSE_MS = 250;
/** A batch of huge rows is cut short, so that memory stays bounded whatever the file holds. */
const BATCH_CHARACTERS = 1_000_000;

/**
 * Brings in, or tries out, the rows of an import that are not settled yet, in the name of the person who uploaded it.
 * Safe to run again at any time: every batch settles its rows and what they became in one transaction.
 */
export async function runImport(ctx: Ctx, importId: string): Promise<void> {
	const one = await takeUp(ctx, importId);
	if (!one) return;
	const actor = await actorOfUser(ctx.db, one.ownerId);
	if (!actor || !canImportInto(actor, one.kind, one.departmentId)) {
		return end(ctx, one, { state: 'failed', failure: 'no_rights' });
	}
	try {
		const isWhole = await settleAll({ ...ctx, actor }, one);
		if (isWhole)
			await (one.state === 'trying' ? endTrial(ctx, one) : end(ctx, one, { state: 'done' }));
	} catch (thrown) {
		const isGone = isFileGone(thrown);
		// A database that cannot answer now may answer later: the queue tries again. All else stays as it is.
		if (!isGone && isUnavailable(thrown)) throw thrown;
		ctx.log.error('import.failed', { importId, error: thrown });
		await end(ctx, one, { state: 'failed', failure: isGone ? 'file_gone' : 'refused' });
	}
}

/** Marks the import as running, if it is not tried out; null when there is nothing left to do. */
async function takeUp(ctx: Ctx, importId: string): Promise<Import | null> {
	const one = await inTransaction(ctx, async (ctx) => {
		const [row] = await ctx.db.select().from(imports).where(eq(imports.id, importId)).for('update');
		if (!row || !AT_WORK.has(row.state)) return null;
		const state = row.state === 'trying' ? 'trying' : 'running';
		await ctx.db
			.update(imports)
			.set({ state, startedAt: row.startedAt ?? sql`now()` })
			.where(eq(imports.id, importId));
		return { ...importOf(row), state } as const;
	});
	if (!one?.cancelRequestedAt) return one;
	await stop(ctx, one);
	return null;
}

const AT_WORK: ReadonlySet<string> = new Set(['queued', 'running', 'trying']);

/** Whoever stops a trial is where he was before it; whoever stops a run keeps what is in. */
const stop = (ctx: Ctx, one: Import) =>
	one.state === 'trying' ? leaveTrial(ctx, one) : end(ctx, one, { state: 'cancelled' });

/** True when the file came to its end; false when somebody cancelled or another worker took over. */
async function settleAll(ctx: Ctx, one: Import): Promise<boolean> {
	const run = {
		one,
		plan: await planOf(ctx, one),
		directory: await Directory.read(ctx, one.departmentId),
		notify: atMostEvery(NOTIFY_PAUSE_MS)
	};
	const { commentLines } = await readSheetHead(one);
	const leadRows = commentLines + (one.hasHeader === 'yes' ? 1 : 0);
	if (one.settledRows === 0) await countRows(ctx, one);
	let settled = one.settledRows;
	const batches = readBatches(ctx, run, Math.max(settled, leadRows));
	for await (const batch of ahead(batches)) {
		const outcome = await settleBatch(ctx, run, batch, settled);
		if (outcome === 'cancelled') await stop(ctx, one);
		if (outcome !== 'settled') return false;
		settled = batch.rows.at(-1)?.number ?? settled;
	}
	return true;
}

async function* readBatches(ctx: Ctx, run: Run, after: number): AsyncGenerator<Batch> {
	for await (const rows of batchesOf(run.one, after)) yield await readBatch(ctx, run, rows);
}

/** Has the next one made while the consumer is at the one before: one process reads while the database writes. */
async function* ahead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
	let next = items.next();
	try {
		for (;;) {
			const { done, value } = await next;
			if (done) return;
			next = items.next();
			// Whether it fails is asked when its turn has come, which may be never.
			next.catch(() => {});
			yield value;
		}
	} finally {
		await items.return(undefined);
	}
}

/** The exact number of rows, for a progress that ends at its end. */
async function countRows(ctx: Ctx, one: Import) {
	let totalRows = 0;
	for await (const records of readFileRecords(uploadPath(one.storedAs), one)) {
		totalRows += records.length;
	}
	await ctx.db.update(imports).set({ totalRows }).where(eq(imports.id, one.id));
}

async function* batchesOf(one: Import, after: number): AsyncGenerator<SheetRow[]> {
	let batch: SheetRow[] = [];
	let characters = 0;
	let number = 0;
	for await (const records of readFileRecords(uploadPath(one.storedAs), one)) {
		for (const record of records) {
			number++;
			if (number <= after) continue;
			batch.push({ ...record, number });
			characters += record.cells.reduce((sum, cell) => sum + cell.length, 0);
			if (batch.length < BATCH_ROWS && characters < BATCH_CHARACTERS) continue;
			yield batch;
			batch = [];
			characters = 0;
		}
	}
	if (batch.length > 0) yield batch;
}

type Ending =
	| { readonly state: 'done' | 'cancelled' }
	| { readonly state: 'failed'; readonly failure: ImportFailure };

async function end(ctx: Ctx, one: Import, ending: Ending): Promise<void> {
	await inTransaction(ctx, async (ctx) => {
		await ctx.db.delete(importFingerprints).where(eq(importFingerprints.importId, one.id));
		await ctx.db
			.update(imports)
			.set({ ...ending, endedAt: sql`now()` })
			.where(and(eq(imports.id, one.id), inArray(imports.state, ['running', 'trying'])));
		await notifyProgress(ctx, one);
	});
	await removeUpload(one.storedAs);
}

const isFileGone = (thrown: unknown) =>
	thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
