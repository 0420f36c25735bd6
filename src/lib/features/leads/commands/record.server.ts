import type { Revert } from '#lib/records/history.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { edit, type EditOptions } from '#lib/server/records/commit.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { mergedInto } from '#lib/server/records/merged.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { leadRecords } from '../record.server.ts';
import type { OneLead, SaveCell } from '../schema.ts';

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveLead = (
	ctx: Ctx,
	leadId: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, leadRecords, leadId, edits, options);

/** Saves one cell of the list, if it still holds what its author saw. */
export async function saveCell(ctx: Ctx, { id, field, value, base }: SaveCell) {
	const saved = await saveLead(ctx, id, [{ field, set: value, base }]);
	return saved.ok ? ok({ id }) : saved;
}

/** Gives a field of the lead back an earlier value. */
export const revertLead = (ctx: Ctx, leadId: string, asked: Revert) =>
	revert(ctx, leadRecords, leadId, asked);

/** Notes that the actor has seen the lead as it is now. */
export async function lookAtLead(ctx: Ctx, { id }: OneLead) {
	await lookAt(ctx, leadRecords, id);
	return ok({ id });
}

/** Puts a lead into the trash; deals with him stay linked to him. */
export const trashLead = (ctx: Ctx, { id }: OneLead) =>
	inTransaction(ctx, async (ctx) => {
		await trash(ctx, leadRecords, id);
		return ok({ id });
	});

/** Takes a lead out of the trash. */
export const restoreLead = (ctx: Ctx, { id }: OneLead) =>
	inTransaction(ctx, async (ctx) => {
		if ((await mergedInto(ctx, 'lead', id)) !== null) return fail('merged_away');
		await restore(ctx, leadRecords, id);
		return ok({ id });
	});
