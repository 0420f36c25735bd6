import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import {
	findTrashed,
	type WorkTable,
	workSelection
} from '#lib/features/projects/queries.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId, hasMember, membersNamed } from '#lib/server/db/conditions.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	projects,
	taskResponsible,
	tasks,
	taskStages,
	taskTags,
	users,
	workTags
} from '#lib/server/db/tables/index.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { Listing } from '#lib/server/records/list.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { taskRecords } from '../record.server.ts';
import { taskList } from '../schema.ts';

const BY_FAMILY: SortColumn = { column: tasks.familyOrder, type: 'text' };
const BY_DELETION: SortColumn = { column: tasks.deletedAt, type: 'timestamptz' };
const SORTS: Readonly<Record<string, SortColumn>> = {
	family: BY_FAMILY,
	name: { column: tasks.name, type: 'text' },
	number: { column: tasks.number, type: 'bigint' },
	nextStep: { column: tasks.nextStepOn, type: 'date', nullable: true },
	due: { column: tasks.dueOn, type: 'date', nullable: true },
	created: { column: tasks.createdAt, type: 'timestamptz' },
	updated: { column: tasks.updatedAt, type: 'timestamptz' }
};

const responsible = { record: taskResponsible.taskId, member: taskResponsible.userId };
const tags = { record: taskTags.taskId, member: taskTags.tagId };
const mains = alias(tasks, 'mains');

const row = {
	id: tasks.id,
	rev: tasks.rev,
	number: tasks.number,
	name: tasks.name,
	priority: tasks.priority,
	nextStep: tasks.nextStep,
	nextStepOn: tasks.nextStepOn,
	dueOn: tasks.dueOn,
	closedOn: tasks.closedOn,
	stage: {
		id: taskStages.id,
		key: taskStages.key,
		name: taskStages.name,
		isDone: taskStages.isDone,
		isActive: taskStages.isActive
	},
	owner: { id: users.id, name: users.name },
	/** Only for those who may open it. */
	projectId: projects.id,
	projectName: projects.name,
	parentId: tasks.parentId,
	parentName: mains.name,
	responsible: membersNamed(responsible, tasks.id, users),
	tags: membersNamed(tags, tasks.id, workTags),
	createdAt: tasks.createdAt,
	updatedAt: tasks.updatedAt,
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

const workTable = (ctx: Ctx): WorkTable => ({
	kind: 'task',
	table: tasks,
	sets: { responsible, tags },
	visible: taskRecords.visibleTo(ctx.actor)
});

/**
 * What the list shows when the address does not say it: what goes on and, for those who do not look after
 * everybody's tasks, what they are to do themselves, if that is anything [comms 3.11].
 */
export async function withTaskDefaults(ctx: Ctx, query: ListQuery): Promise<ListQuery> {
	if (query.trash) return query;
	const filters: Readonly<Record<string, string>> = { active: 'yes', ...query.filters };
	const isWide =
		scopeOf(ctx.actor, 'task', 'read') === 'all' || filters.project || filters.parent || query.q;
	if (filters.responsible || isWide) return { ...query, filters };
	const [mine] = await ctx.db
		.select({ id: tasks.id })
		.from(tasks)
		.innerJoin(taskStages, and(eq(taskStages.id, tasks.stageId), eq(taskStages.isActive, true)))
		.where(and(isNull(tasks.deletedAt), hasMember(responsible, tasks.id, ctx.actor.id)))
		.limit(1);
	return { ...query, filters: mine ? { ...filters, responsible: 'me' } : filters };
}

/** A task in the trash that the actor may restore, or null. */
export const findTrashedTask = (ctx: Ctx, id: string) => findTrashed(ctx, workTable(ctx), id);

/** One page of the tasks that the actor may see, as the address asks, and how many there are in all. */
export async function listTasks(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_FAMILY),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await selection(ctx, query);
	const { page, order } = keysetPage(tasks, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, tasks, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'task', ids) };
}

/** How tasks are found, for the API. */
export const taskListing: Listing = { shape: taskList, sorts: SORTS, select: selection };

async function selection(
	ctx: Ctx,
	query: Pick<ListQuery, 'q' | 'filters' | 'trash'>
): Promise<SQL> {
	const { project, parent } = query.filters;
	const all = and(
		await workSelection(ctx, workTable(ctx), query),
		project === undefined ? undefined : inProject(project),
		parent === undefined ? undefined : byId(tasks.familyId, parent)
	);
	return all ?? sql`true`;
}

/** The tasks of a project, and the subtasks of these. */
const inProject = (id: string): SQL =>
	isId(id)
		? sql`(${tasks.projectId} = ${id} or ${tasks.parentId} in (
			select of_project.id from ${tasks} of_project where of_project.project_id = ${id}))`
		: sql`false`;

function rowsOf(ctx: Ctx, page: SQL, order: SQL) {
	return ctx.db
		.select(row)
		.from(sql`(${page}) page`)
		.innerJoin(tasks, sql`${tasks.id} = page.id`)
		.innerJoin(taskStages, eq(taskStages.id, tasks.stageId))
		.innerJoin(users, eq(users.id, tasks.ownerId))
		.leftJoin(mains, eq(mains.id, tasks.parentId))
		.leftJoin(projects, visibleProject(ctx))
		.orderBy(order);
}

const visibleProject = (ctx: Ctx) =>
	and(
		eq(projects.id, tasks.projectId),
		isNull(projects.deletedAt),
		projectRecords.visibleTo(ctx.actor)
	);
