import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { users } from './users.ts';
import { workColumns, workStages, workTags } from './work.ts';

export const projectStages = workStages('project_stages');

export const projects = pgTable(
	'projects',
	{
		...workColumns(),
		number: bigint({ mode: 'number' }).notNull().generatedByDefaultAsIdentity().unique(),
		stageId: uuid()
			.notNull()
			.references(() => projectStages.id, { onDelete: 'restrict' })
	},
	(t) => [
		check('projects_priority', sql`${t.priority} in ('low', 'middle', 'high')`),
		index('projects_by_name')
			.on(t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('projects_by_number')
			.on(t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('projects_by_created')
			.on(t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('projects_by_updated')
			.on(t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('projects_by_due')
			.on(t.dueOn, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('projects_by_next_step')
			.on(t.nextStepOn, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('projects_by_stage').on(t.stageId),
		index('projects_by_owner').on(t.ownerId),
		index('projects_by_co_owner').on(t.coOwnerId),
		index('projects_folded_trigrams').using('gin', sql`search_fold(${t.name}) gin_trgm_ops`)
	]
);

const projectId = () =>
	uuid()
		.notNull()
		.references(() => projects.id, { onDelete: 'restrict' });
const userId = () =>
	uuid()
		.notNull()
		.references(() => users.id, { onDelete: 'restrict' });

export const projectResponsible = pgTable(
	'project_responsible',
	{ projectId: projectId(), userId: userId() },
	(t) => [primaryKey({ columns: [t.projectId, t.userId] }), index().on(t.userId)]
);

export const projectSubscribers = pgTable(
	'project_subscribers',
	{ projectId: projectId(), userId: userId() },
	(t) => [primaryKey({ columns: [t.projectId, t.userId] }), index().on(t.userId)]
);

export const projectTags = pgTable(
	'project_tags',
	{
		projectId: projectId(),
		tagId: uuid()
			.notNull()
			.references(() => workTags.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.projectId, t.tagId] }), index().on(t.tagId)]
);
