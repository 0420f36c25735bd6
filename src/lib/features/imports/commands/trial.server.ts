import { and, eq, sql } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { importFaults, importFingerprints, imports } from '#lib/server/db/tables/index.ts';
import type { Import } from '../queries/imports.server.ts';
import { notifyProgress } from './progress.server.ts';

/** What a trial leaves behind when something about the import changes: nothing. */
export async function forgetTrial(ctx: Ctx, importId: string): Promise<void> {
	await ctx.db.delete(importFaults).where(eq(importFaults.importId, importId));
	await ctx.db.delete(importFingerprints).where(eq(importFingerprints.importId, importId));
	await ctx.db
		.update(imports)
		.set({ trial: null, settledRows: 0, cancelRequestedAt: null, startedAt: null })
		.where(eq(imports.id, importId));
}

/** The trial has come to the end of the file: the import is where it was, and what would become of it is known. */
export function endTrial(ctx: Ctx, one: Import): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		await ctx.db.delete(importFingerprints).where(eq(importFingerprints.importId, one.id));
		await ctx.db
			.update(imports)
			.set({
				state: 'uploaded',
				settledRows: 0,
				startedAt: null,
				trial: sql`coalesce(${imports.trial}, ${NOTHING}::jsonb) || '{"isWhole": true}'::jsonb`
			})
			.where(and(eq(imports.id, one.id), eq(imports.state, 'trying')));
		await notifyProgress(ctx, one);
	});
}

const NOTHING = JSON.stringify({
	created: 0,
	updated: 0,
	existing: 0,
	skipped: 0,
	failed: 0,
	flagged: 0
});

/** Back to before the trial, of which nothing is kept. */
export function leaveTrial(ctx: Ctx, one: Import): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		await forgetTrial(ctx, one.id);
		await ctx.db.update(imports).set({ state: 'uploaded' }).where(eq(imports.id, one.id));
		await notifyProgress(ctx, one);
	});
}
