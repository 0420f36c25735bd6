import { and } from 'drizzle-orm';
import { beginWork, keyOf } from '#lib/features/projects/commands.server.ts';
import type { CreateWork } from '#lib/features/projects/schema.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { tasks } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { create } from '#lib/server/records/create.ts';
import { fail } from '#lib/shared/result.ts';
import { taskRecords } from '../record.server.ts';
import { announceFamily, lockFamily } from './family.server.ts';

/**
 * Begins a task; the actor owns it. A subtask of a subtask becomes one of the same main task, is done by
 * one person, and has the main task's owner as its co-owner.
 */
export function createTask(ctx: Ctx, input: CreateWork) {
	return inTransaction(ctx, async (ctx) => {
		const { parent: asked } = input.values;
		const main = typeof asked === 'string' ? await mainOf(ctx, asked) : undefined;
		if (main?.deletedAt) return fail('main_in_trash');
		const begun = await beginWork(ctx, 'task', input, main);
		if (!begun.ok) return begun;
		const parent = main?.id ?? null;
		const values = { ...begun.value, parent };
		const made = await create(ctx, taskRecords, { ...keyOf(input), values });
		if (made.ok && main) await announceFamily(ctx, made.value.id);
		return made;
	});
}

async function mainOf(ctx: Ctx, taskId: string) {
	const [task] = await ctx.db
		.select({ familyId: tasks.familyId })
		.from(tasks)
		.where(and(taskRecords.visibleTo(ctx.actor), byId(tasks.id, taskId)));
	if (!task?.familyId) throw new NotFound('task');
	return lockFamily(ctx, task.familyId);
}
