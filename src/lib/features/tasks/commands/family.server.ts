import { and, eq, isNull, ne } from 'drizzle-orm';
import type { Main } from '#lib/features/projects/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { taskResponsible, tasks } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { readValues } from '#lib/server/records/row.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { taskRecords } from '../record.server.ts';

/**
 * Takes the main task of a task that the actor may see, before the task itself: who changes the people of
 * a family does so one after the other, since each sees by all. Null for a task that is no subtask.
 */
export async function lockMain(ctx: Ctx, taskId: string): Promise<(Main & { id: string }) | null> {
	const [task] = await ctx.db
		.select({ familyId: tasks.familyId, isMain: tasks.isMain })
		.from(tasks)
		.where(and(taskRecords.visibleTo(ctx.actor), byId(tasks.id, taskId)));
	if (!task?.familyId) throw new NotFound('task');
	const main = await lockFamily(ctx, task.familyId);
	return task.isMain ? null : main;
}

/** Takes a main task and answers its people. */
export async function lockFamily(ctx: Ctx, mainId: string) {
	const [main] = await ctx.db
		.select({ id: tasks.id, ownerId: tasks.ownerId, deletedAt: tasks.deletedAt })
		.from(tasks)
		.where(eq(tasks.id, mainId))
		.for('no key update');
	if (!main) throw new NotFound('task');
	const responsible = await ctx.db
		.select({ id: taskResponsible.userId })
		.from(taskResponsible)
		.where(eq(taskResponsible.taskId, mainId));
	return { ...main, responsibleIds: responsible.map(({ id }) => id) };
}

/** Tells the open pages of the other tasks of a family that who may see them has changed. */
export async function announceFamily(ctx: Ctx, taskId: string): Promise<void> {
	const [task] = await ctx.db
		.select({ familyId: tasks.familyId })
		.from(tasks)
		.where(eq(tasks.id, taskId));
	if (!task?.familyId) return;
	const mates = await ctx.db
		.select()
		.from(tasks)
		.where(and(eq(tasks.familyId, task.familyId), ne(tasks.id, taskId), isNull(tasks.deletedAt)));
	for (const mate of mates) {
		const topics = taskRecords.topics(mate, await readValues(ctx, taskRecords, mate));
		const { id, rev } = mate;
		await notifyLive(ctx, { type: 'record', kind: 'task', id, rev, topics, act: 'edit' });
	}
}
