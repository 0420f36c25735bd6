import type { Revert } from '#lib/records/history.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { workTags } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { edit, type EditOptions } from '#lib/server/records/commit.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { projectRecords } from '../record.server.ts';
import type { CreateWorkTag, OneWork } from '../schema.ts';

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveProject = (
	ctx: Ctx,
	id: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, projectRecords, id, edits, options);

/** Gives a field of the project back an earlier value. */
export const revertProject = (ctx: Ctx, id: string, asked: Revert) =>
	revert(ctx, projectRecords, id, asked);

/** Notes that the actor has seen the project as it is now. */
export async function lookAtProject(ctx: Ctx, { id }: OneWork) {
	await lookAt(ctx, projectRecords, id);
	return ok({ id });
}

/** Puts a project into the trash; its tasks stay, linked to it. */
export const trashProject = (ctx: Ctx, { id }: OneWork) =>
	inTransaction(ctx, async (ctx) => {
		await trash(ctx, projectRecords, id);
		return ok({ id });
	});

/** Takes a project out of the trash. */
export const restoreProject = (ctx: Ctx, { id }: OneWork) =>
	inTransaction(ctx, async (ctx) => {
		await restore(ctx, projectRecords, id);
		return ok({ id });
	});

/** Makes a tag of tasks or of projects; the same name in other letters is taken. */
export async function createWorkTag(ctx: Ctx, { kind, name }: CreateWorkTag) {
	if (scopeOf(ctx.actor, kind, 'create') === null) throw new Forbidden('tag');
	const [tag] = await ctx.db
		.insert(workTags)
		.values({ id: newId(), kind, name })
		.onConflictDoNothing()
		.returning({ id: workTags.id, name: workTags.name });
	return tag ? ok(tag) : fail('name_taken');
}
