import type { Revert } from '#lib/records/history.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { edit, type EditOptions } from '#lib/server/records/commit.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { mergedInto } from '#lib/server/records/merged.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { contactRecords } from '../record.server.ts';
import type { OneContact, SaveCell } from '../schema.ts';
import { followCompany } from './belong.server.ts';

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveContact = (
	ctx: Ctx,
	contactId: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, contactRecords, contactId, edits, options);

/** Saves one cell of the list, if it still holds what its author saw. */
export async function saveCell(ctx: Ctx, { id, field, value, base }: SaveCell) {
	const saved = await saveContact(ctx, id, [{ field, set: value, base }]);
	return saved.ok ? ok({ id }) : saved;
}

/** Gives a field of the contact back an earlier value. */
export const revertContact = (ctx: Ctx, contactId: string, asked: Revert) =>
	revert(ctx, contactRecords, contactId, asked);

/** Notes that the actor has seen the contact as it is now. */
export async function lookAtContact(ctx: Ctx, { id }: OneContact) {
	await lookAt(ctx, contactRecords, id);
	return ok({ id });
}

/** Puts a contact into the trash; deals with him stay linked to him. */
export const trashContact = (ctx: Ctx, { id }: OneContact) =>
	inTransaction(ctx, async (ctx) => {
		await trash(ctx, contactRecords, id);
		return ok({ id });
	});

/** Takes a contact out of the trash, to where his company belongs by now. */
export const restoreContact = (ctx: Ctx, { id }: OneContact) =>
	inTransaction(ctx, async (ctx) => {
		if ((await mergedInto(ctx, 'contact', id)) !== null) return fail('merged_away');
		await restore(ctx, contactRecords, id);
		await followCompany(ctx, id);
		return ok({ id });
	});
