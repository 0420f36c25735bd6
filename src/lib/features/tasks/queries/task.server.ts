import { and, asc, eq, isNull, ne, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { canDeleteWork, canEditWork, canSteerWork } from '#lib/features/projects/policy.ts';
import { ownValues } from '#lib/features/projects/queries.server.ts';
import { projectRecords, workRightsOf } from '#lib/features/projects/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { membersNamed } from '#lib/server/db/conditions.ts';
import {
	projects,
	taskResponsible,
	tasks,
	taskStages,
	users,
	ydocs
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { taskRecords } from '../record.server.ts';

const coOwners = alias(users, 'co_owners');
const mains = alias(tasks, 'mains');

/** One task with its values, the names beside it and what the actor may do with it. */
export async function getTask(ctx: Ctx, id: string) {
	const loaded = await loadRecord(ctx, taskRecords, id);
	if (!loaded) throw new NotFound('task');
	const [facts] = await ctx.db
		.select({
			id: tasks.id,
			number: tasks.number,
			createdAt: tasks.createdAt,
			updatedAt: tasks.updatedAt,
			closedOn: tasks.closedOn,
			ownerId: tasks.ownerId,
			ownerName: users.name,
			coOwnerId: tasks.coOwnerId,
			coOwnerName: coOwners.name,
			parentId: tasks.parentId,
			parentName: mains.name,
			/** Only for those who may open it. */
			projectId: projects.id,
			projectName: projects.name,
			epoch: ydocs.epoch
		})
		.from(tasks)
		.innerJoin(users, eq(users.id, tasks.ownerId))
		.leftJoin(coOwners, eq(coOwners.id, tasks.coOwnerId))
		.leftJoin(mains, eq(mains.id, tasks.parentId))
		.leftJoin(
			projects,
			and(
				eq(projects.id, tasks.projectId),
				isNull(projects.deletedAt),
				projectRecords.visibleTo(ctx.actor)
			)
		)
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'task'`), eq(ydocs.recordId, tasks.id)))
		.where(eq(tasks.id, id));
	if (!facts) throw new NotFound('task');
	const rights = workRightsOf(loaded.row, loaded.values);
	return {
		...facts,
		values: ownValues(taskRecords.kind, loaded.values),
		responsibleIds: rights.responsibleIds,
		subscriberIds: rights.subscriberIds,
		mayEdit: canEditWork(ctx.actor, 'task', rights),
		mayDelete: canDeleteWork(ctx.actor, 'task', rights),
		maySteer: canSteerWork(ctx.actor, 'task', rights)
	};
}

const responsible = { record: taskResponsible.taskId, member: taskResponsible.userId };

/** The people who do a main task: they may be chosen for its parts. */
export async function listMainResponsible(ctx: Ctx, mainId: string): Promise<string[]> {
	const rows = await ctx.db
		.select({ id: taskResponsible.userId })
		.from(taskResponsible)
		.innerJoin(tasks, and(eq(tasks.id, taskResponsible.taskId), taskRecords.visibleTo(ctx.actor)))
		.where(eq(taskResponsible.taskId, mainId));
	return rows.map(({ id }) => id);
}

/** The subtasks of a task that the actor may see, open ones first, by the day of their next step. */
export const listSubtasks = (ctx: Ctx, mainId: string) =>
	shortTasks(ctx, and(eq(tasks.parentId, mainId), ne(tasks.id, mainId)));

const SHOWN = 50;

/** The tasks of a project that the actor may see, and how many of all these are done [I-006]. */
export async function listTasksOf(ctx: Ctx, projectId: string) {
	const own = eq(tasks.projectId, projectId);
	const [rows, [progress]] = await Promise.all([
		shortTasks(ctx, own),
		ctx.db
			.select({
				count: sql<number>`count(*)::int`,
				done: sql<number>`(count(*) filter (where ${taskStages.isDone}))::int`
			})
			.from(tasks)
			.innerJoin(taskStages, eq(taskStages.id, tasks.stageId))
			.where(and(taskRecords.visibleTo(ctx.actor), isNull(tasks.deletedAt), own))
	]);
	return { rows, count: progress?.count ?? 0, done: progress?.done ?? 0 };
}

function shortTasks(ctx: Ctx, condition: ReturnType<typeof and>) {
	return ctx.db
		.select({
			id: tasks.id,
			name: tasks.name,
			nextStepOn: tasks.nextStepOn,
			dueOn: tasks.dueOn,
			stage: {
				key: taskStages.key,
				name: taskStages.name,
				isDone: taskStages.isDone,
				isActive: taskStages.isActive
			},
			responsible: membersNamed(responsible, tasks.id, users)
		})
		.from(tasks)
		.innerJoin(taskStages, eq(taskStages.id, tasks.stageId))
		.where(and(taskRecords.visibleTo(ctx.actor), isNull(tasks.deletedAt), condition))
		.orderBy(sql`${taskStages.isActive} desc`, asc(tasks.nextStepOn), asc(tasks.id))
		.limit(SHOWN);
}
