import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { OneWork } from '#lib/features/projects/schema.ts';
import type { Revert } from '#lib/records/history.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { tasks } from '#lib/server/db/tables/index.ts';
import { edit, type EditOptions } from '#lib/server/records/commit.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { taskRecords } from '../record.server.ts';
import { announceFamily } from './family.server.ts';

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveTask = (
	ctx: Ctx,
	id: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, taskRecords, id, edits, options);

/** Gives a field of the task back an earlier value. */
export const revertTask = (ctx: Ctx, id: string, asked: Revert) =>
	revert(ctx, taskRecords, id, asked);

/** Notes that the actor has seen the task as it is now. */
export async function lookAtTask(ctx: Ctx, { id }: OneWork) {
	await lookAt(ctx, taskRecords, id);
	return ok({ id });
}

/** Puts a task into the trash, unless it still has subtasks. */
export const trashTask = (ctx: Ctx, { id }: OneWork) =>
	inTransaction(ctx, async (ctx) => {
		await trash(ctx, taskRecords, id);
		const [subtask] = await ctx.db
			.select({ id: tasks.id })
			.from(tasks)
			.where(and(eq(tasks.parentId, id), isNull(tasks.deletedAt)))
			.limit(1);
		if (subtask) throw new HasSubtasks();
		await announceFamily(ctx, id);
		return ok({ id });
	}).catch((thrown: unknown) => {
		if (thrown instanceof HasSubtasks) return fail('has_subtasks');
		throw thrown;
	});

/** Thrown, so that the transaction takes everything back. */
class HasSubtasks extends Error {}

/** Takes a task out of the trash; a subtask only when its main task is there. */
export const restoreTask = (ctx: Ctx, { id }: OneWork) =>
	inTransaction(ctx, async (ctx) => {
		const [task] = await ctx.db
			.select({ parentId: tasks.parentId })
			.from(tasks)
			.where(eq(tasks.id, id));
		if (task?.parentId && (await isGone(ctx, task.parentId))) return fail('main_in_trash');
		await restore(ctx, taskRecords, id);
		await announceFamily(ctx, id);
		return ok({ id });
	});

async function isGone(ctx: Ctx, id: string): Promise<boolean> {
	const [gone] = await ctx.db
		.select({ id: tasks.id })
		.from(tasks)
		.where(and(eq(tasks.id, id), isNotNull(tasks.deletedAt)));
	return gone !== undefined;
}
