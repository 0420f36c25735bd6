import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { membersNamed } from '#lib/server/db/conditions.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	projectResponsible,
	projects,
	projectStages,
	projectTags,
	users,
	workTags
} from '#lib/server/db/tables/index.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { Listing } from '#lib/server/records/list.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { projectRecords } from '../record.server.ts';
import { findTrashed, type WorkTable, workSelection } from './conditions.server.ts';
import type { Named } from './people.server.ts';
import { projectList } from '../schema.ts';

const BY_NEXT_STEP: SortColumn = { column: projects.nextStepOn, type: 'date', nullable: true };
const BY_DELETION: SortColumn = { column: projects.deletedAt, type: 'timestamptz' };
const SORTS: Readonly<Record<string, SortColumn>> = {
	name: { column: projects.name, type: 'text' },
	number: { column: projects.number, type: 'bigint' },
	nextStep: BY_NEXT_STEP,
	due: { column: projects.dueOn, type: 'date', nullable: true },
	created: { column: projects.createdAt, type: 'timestamptz' },
	updated: { column: projects.updatedAt, type: 'timestamptz' }
};

const responsible = { record: projectResponsible.projectId, member: projectResponsible.userId };
const tags = { record: projectTags.projectId, member: projectTags.tagId };

const row = {
	id: projects.id,
	rev: projects.rev,
	number: projects.number,
	name: projects.name,
	priority: projects.priority,
	nextStep: projects.nextStep,
	nextStepOn: projects.nextStepOn,
	dueOn: projects.dueOn,
	closedOn: projects.closedOn,
	stage: {
		id: projectStages.id,
		key: projectStages.key,
		name: projectStages.name,
		isDone: projectStages.isDone,
		isActive: projectStages.isActive
	},
	owner: { id: users.id, name: users.name },
	responsible: membersNamed(responsible, projects.id, users),
	tags: membersNamed(tags, projects.id, workTags),
	createdAt: projects.createdAt,
	updatedAt: projects.updatedAt,
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

const workTable = (ctx: Ctx): WorkTable => ({
	kind: 'project',
	table: projects,
	sets: { responsible, tags },
	visible: projectRecords.visibleTo(ctx.actor)
});

/** A project in the trash that the actor may restore, or null. */
export const findTrashedProject = (ctx: Ctx, id: string) => findTrashed(ctx, workTable(ctx), id);

/** How projects are found, for the API. */
export const projectListing: Listing = {
	shape: projectList,
	sorts: SORTS,
	select: (ctx, wanted) => workSelection(ctx, workTable(ctx), wanted)
};

/** One page of the projects that the actor may see, as the address asks, and how many there are in all. */
export async function listProjects(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_NEXT_STEP),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await workSelection(ctx, workTable(ctx), query);
	const { page, order } = keysetPage(projects, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, projects, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'project', ids) };
}

function rowsOf(ctx: Ctx, page: SQL, order: SQL) {
	return ctx.db
		.select(row)
		.from(sql`(${page}) page`)
		.innerJoin(projects, sql`${projects.id} = page.id`)
		.innerJoin(projectStages, eq(projectStages.id, projects.stageId))
		.innerJoin(users, eq(users.id, projects.ownerId))
		.orderBy(order);
}

const MOST_CHOICES = 200;

/** The projects that go on, for filters and pickers; by name. */
export const listOpenProjects = (ctx: Ctx): Promise<Named[]> =>
	ctx.db
		.select({ id: projects.id, name: projects.name })
		.from(projects)
		.innerJoin(
			projectStages,
			and(eq(projectStages.id, projects.stageId), eq(projectStages.isActive, true))
		)
		.where(and(projectRecords.visibleTo(ctx.actor), isNull(projects.deletedAt)))
		.orderBy(asc(projects.name), asc(projects.id))
		.limit(MOST_CHOICES);
