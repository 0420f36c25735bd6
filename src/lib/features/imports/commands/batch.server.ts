import { eq, sql } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { imports } from '#lib/server/db/tables/index.ts';
import type { RowPlan } from '../model/columns.ts';
import type { SheetRow } from '../model/sheet.ts';
import { importOf, type Import } from '../queries/imports.server.ts';
import type { Directory, Mentioned } from '../queries/lookups.server.ts';
import type { Trial } from '../schema.ts';
import { keepNotes } from './faults.server.ts';
import { notifyProgress } from './progress.server.ts';
import { type Candidate, type NotedRow, readRows, withoutRepeated } from './read.server.ts';
import { type Settled, settleRows, tryRows } from './settle.server.ts';

/** What stays the same for all batches of one run. */
export interface Run {
	readonly one: Import;
	readonly plan: RowPlan;
	readonly directory: Directory;
	/** Whether it is time to tell open pages again. */
	readonly notify: () => boolean;
}

/** Rows as they were read and looked up, before anything is written. */
export interface Batch {
	readonly rows: readonly SheetRow[];
	readonly candidates: readonly Candidate[];
	readonly faulty: readonly NotedRow[];
}

/** Reads rows with what their names mean now. Tags that are missing are made, unless it is only tried out. */
export async function readBatch(
	ctx: Ctx,
	{ one, plan, directory }: Omit<Run, 'notify'>,
	rows: readonly SheetRow[]
): Promise<Batch> {
	const lookups = (mentioned: Mentioned) =>
		one.state === 'trying' ? directory.preview(ctx, mentioned) : directory.resolve(ctx, mentioned);
	return { rows, ...(await readRows(ctx, plan, lookups, rows)) };
}

/**
 * Brings a batch of rows in, or tries it out, and moves `settled_rows` behind them, in one transaction: after a crash
 * the next attempt begins exactly after the last row that is in. `overtaken`: another worker has settled rows since;
 * this one must stop.
 */
export function settleBatch(
	ctx: Ctx,
	{ one, notify }: Pick<Run, 'one' | 'notify'>,
	batch: Batch,
	settledBefore: number
): Promise<'settled' | 'cancelled' | 'overtaken'> {
	return inTransaction(ctx, async (ctx) => {
		const [row] = await ctx.db.select().from(imports).where(eq(imports.id, one.id)).for('update');
		if (row?.state !== one.state || row.settledRows !== settledBefore) return 'overtaken';
		if (row.cancelRequestedAt) return 'cancelled';
		const isTrial = one.state === 'trying';
		const counted = await settle(ctx, one, batch, isTrial);
		await ctx.db
			.update(imports)
			.set({
				settledRows: batch.rows.at(-1)?.number ?? settledBefore,
				...(isTrial ? { trial: plus(importOf(row).trial, counted) } : counters(counted))
			})
			.where(eq(imports.id, one.id));
		if (notify()) await notifyProgress(ctx, one);
		return 'settled';
	});
}

type Counted = Omit<Trial, 'isWhole'>;

async function settle(
	ctx: Ctx,
	one: Import,
	{ candidates, faulty }: Batch,
	isTrial: boolean
): Promise<Counted> {
	const fresh = await withoutRepeated(ctx, one, candidates);
	const settled: Settled = await (isTrial ? tryRows : settleRows)(ctx, one, fresh);
	const noted = [...faulty, ...settled.noted];
	await keepNotes(ctx, one, noted);
	const { created, updated, existing } = settled;
	return {
		...{ created, updated, existing },
		skipped: candidates.length - fresh.length,
		failed: noted.filter(({ outcome }) => outcome === 'failed').length,
		flagged: noted.filter(({ outcome }) => outcome === 'flagged').length
	};
}

const counters = (counted: Counted) => ({
	createdRows: sql`${imports.createdRows} + ${counted.created}`,
	updatedRows: sql`${imports.updatedRows} + ${counted.updated}`,
	existingRows: sql`${imports.existingRows} + ${counted.existing}`,
	skippedRows: sql`${imports.skippedRows} + ${counted.skipped}`,
	failedRows: sql`${imports.failedRows} + ${counted.failed}`,
	flaggedRows: sql`${imports.flaggedRows} + ${counted.flagged}`
});

function plus(before: Trial | null, counted: Counted): Trial {
	const sum = (name: keyof Counted) => (before?.[name] ?? 0) + counted[name];
	return {
		...{ created: sum('created'), updated: sum('updated'), existing: sum('existing') },
		...{ skipped: sum('skipped'), failed: sum('failed'), flagged: sum('flagged') },
		isWhole: false
	};
}
