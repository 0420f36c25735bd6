import type { Revert } from '#lib/records/history.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { edit, type Edited, type EditOptions } from '#lib/server/records/commit.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { ok } from '#lib/shared/result.ts';
import { dealRecords } from '../record.server.ts';
import type { OneDeal } from '../schema.ts';

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveDeal = (
	ctx: Ctx,
	dealId: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, dealRecords, dealId, edits, options);

/** What commands that edit answer: the deal, or which of its fields were refused. */
export const answerOf = (dealId: string, edited: Edited) =>
	edited.ok ? ok({ dealId }) : ({ ok: false, faults: edited.faults } as const);

/** Gives a field of the deal back an earlier value. */
export const revertDeal = (ctx: Ctx, dealId: string, asked: Revert) =>
	revert(ctx, dealRecords, dealId, asked);

/** Notes that the actor has seen the deal as it is now. */
export async function lookAtDeal(ctx: Ctx, { dealId }: OneDeal) {
	await lookAt(ctx, dealRecords, dealId);
	return ok({ dealId });
}

/** Puts a deal into the trash, where those who may delete it find it again. */
export const trashDeal = (ctx: Ctx, { dealId }: OneDeal) =>
	inTransaction(ctx, async (ctx) => {
		await trash(ctx, dealRecords, dealId);
		return ok({ dealId });
	});

/** Takes a deal out of the trash, onto its old place on the board. */
export const restoreDeal = (ctx: Ctx, { dealId }: OneDeal) =>
	inTransaction(ctx, async (ctx) => {
		await restore(ctx, dealRecords, dealId);
		return ok({ dealId });
	});
