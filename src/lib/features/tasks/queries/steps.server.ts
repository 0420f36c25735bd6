import { and, asc, eq, isNull, lte, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { taskResponsible, tasks, taskStages } from '#lib/server/db/tables/index.ts';

const mains = alias(tasks, 'mains');

/** The next steps of tasks that go on and that the actor is to do, until that day, the oldest first. One statement. */
export function listTaskSteps(ctx: Ctx, until: string, limit: number) {
	const day = sql`coalesce(${tasks.nextStepOn}, ${tasks.dueOn})`;
	return ctx.db
		.select({
			id: tasks.id,
			name: tasks.name,
			step: tasks.nextStep,
			on: sql<string>`${day}::text`,
			detail: mains.name
		})
		.from(taskResponsible)
		.innerJoin(tasks, eq(tasks.id, taskResponsible.taskId))
		.innerJoin(taskStages, eq(taskStages.id, tasks.stageId))
		.leftJoin(mains, eq(mains.id, tasks.parentId))
		.where(
			and(
				eq(taskResponsible.userId, ctx.actor.id),
				isNull(tasks.deletedAt),
				eq(taskStages.isActive, true),
				lte(day, until)
			)
		)
		.orderBy(asc(day), asc(tasks.id))
		.limit(limit);
}
