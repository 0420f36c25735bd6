import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	foreignKey,
	index,
	pgTable,
	primaryKey,
	unique,
	uuid
} from 'drizzle-orm/pg-core';
import { byteText } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';
import { workColumns, workStages, workTags } from './work.ts';

export const taskStages = workStages('task_stages');

export const tasks = pgTable(
	'tasks',
	{
		...workColumns(),
		number: bigint({ mode: 'number' }).notNull().generatedByDefaultAsIdentity().unique(),
		stageId: uuid()
			.notNull()
			.references(() => taskStages.id, { onDelete: 'restrict' }),
		projectId: uuid().references(() => projects.id, { onDelete: 'restrict' }),
		/** The main task of a subtask; the key below admits no third level. */
		parentId: uuid(),
		isMain: boolean().generatedAlwaysAs(sql`parent_id is null`),
		parentIsMain: boolean().generatedAlwaysAs(sql`case when parent_id is not null then true end`),
		/** The same for a main task and its subtasks. */
		familyId: uuid().generatedAlwaysAs(sql`coalesce(parent_id, id)`),
		/**
		 * Sorts the newest main task first, each before its subtasks, and these by the day of their next step.
		 * Ids begin with the time: exchanging their digits turns the order round.
		 */
		familyOrder: byteText().generatedAlwaysAs(
			sql`translate(coalesce(parent_id, id)::text, '0123456789abcdef', 'fedcba9876543210') ||
				case when parent_id is null then '' else '-' || lpad(coalesce(next_step_on - date '0001-01-01', 99999999)::text, 8, '0') end`
		)
	},
	(t) => [
		unique('tasks_main').on(t.id, t.isMain),
		foreignKey({
			name: 'tasks_two_levels',
			columns: [t.parentId, t.parentIsMain],
			foreignColumns: [t.id, t.isMain]
		}).onDelete('restrict'),
		index('tasks_by_family_order')
			.on(t.familyOrder, t.id)
			.where(sql`${t.deletedAt} is null`),
		check('tasks_priority', sql`${t.priority} in ('low', 'middle', 'high')`),
		index('tasks_by_name')
			.on(t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('tasks_by_number')
			.on(t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('tasks_by_created')
			.on(t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('tasks_by_updated')
			.on(t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('tasks_by_due')
			.on(t.dueOn, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('tasks_by_next_step')
			.on(t.nextStepOn, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('tasks_by_family').on(t.familyId),
		index('tasks_by_parent').on(t.parentId),
		index('tasks_by_project').on(t.projectId),
		index('tasks_by_stage').on(t.stageId),
		index('tasks_by_owner').on(t.ownerId),
		index('tasks_by_co_owner').on(t.coOwnerId),
		index('tasks_folded_trigrams').using('gin', sql`search_fold(${t.name}) gin_trgm_ops`)
	]
);

const taskId = () =>
	uuid()
		.notNull()
		.references(() => tasks.id, { onDelete: 'restrict' });
const userId = () =>
	uuid()
		.notNull()
		.references(() => users.id, { onDelete: 'restrict' });

export const taskResponsible = pgTable(
	'task_responsible',
	{ taskId: taskId(), userId: userId() },
	(t) => [primaryKey({ columns: [t.taskId, t.userId] }), index().on(t.userId)]
);

export const taskSubscribers = pgTable(
	'task_subscribers',
	{ taskId: taskId(), userId: userId() },
	(t) => [primaryKey({ columns: [t.taskId, t.userId] }), index().on(t.userId)]
);

export const taskTags = pgTable(
	'task_tags',
	{
		taskId: taskId(),
		tagId: uuid()
			.notNull()
			.references(() => workTags.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.taskId, t.tagId] }), index().on(t.tagId)]
);
