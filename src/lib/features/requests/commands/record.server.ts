import type { Revert } from '#lib/records/history.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { edit, type Edited, type EditOptions } from '#lib/server/records/commit.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { ok } from '#lib/shared/result.ts';
import { requestRecords } from '../record.server.ts';
import type { OneRequest } from '../schema.ts';

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveRequest = (
	ctx: Ctx,
	requestId: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, requestRecords, requestId, edits, options);

/** What commands that edit answer: the request, or which of its fields were refused. */
export const answerOf = (id: string, edited: Edited) =>
	edited.ok ? ok({ id }) : ({ ok: false, faults: edited.faults } as const);

/** Gives a field of the request back an earlier value. */
export const revertRequest = (ctx: Ctx, requestId: string, asked: Revert) =>
	revert(ctx, requestRecords, requestId, asked);

/** Notes that the actor has seen the request as it is now. */
export async function lookAtRequest(ctx: Ctx, { id }: OneRequest) {
	await lookAt(ctx, requestRecords, id);
	return ok({ id });
}

/** Puts a request into the trash; its deal stays. */
export const trashRequest = (ctx: Ctx, { id }: OneRequest) =>
	inTransaction(ctx, async (ctx) => {
		await trash(ctx, requestRecords, id);
		return ok({ id });
	});

/** Takes a request out of the trash. */
export const restoreRequest = (ctx: Ctx, { id }: OneRequest) =>
	inTransaction(ctx, async (ctx) => {
		await restore(ctx, requestRecords, id);
		return ok({ id });
	});
