import { sql } from 'drizzle-orm';
import { boolean, check, date, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { byteText, peopleText, recordColumns } from './columns.ts';
import { users } from './users.ts';

/** What tasks and projects have in common: work that people do, whatever department they are in. */
export const workColumns = () => ({
	...recordColumns(),
	name: peopleText().notNull(),
	priority: text({ enum: ['low', 'middle', 'high'] })
		.notNull()
		.default('middle'),
	dueOn: date({ mode: 'string' }),
	nextStep: text(),
	nextStepOn: date({ mode: 'string' }),
	/** The day on which its stage became one of the ended ones; empty while it is open. */
	closedOn: date({ mode: 'string' }),
	notes: jsonb(),
	notesText: text(),
	ownerId: uuid()
		.notNull()
		.references(() => users.id, { onDelete: 'restrict' }),
	coOwnerId: uuid().references(() => users.id, { onDelete: 'restrict' })
});

/** The stages of one kind of work, in the order of `position`. What is at an inactive one has ended. */
export const workStages = (name: 'task_stages' | 'project_stages') =>
	pgTable(
		name,
		{
			id: uuid().primaryKey(),
			/** Of stages that every installation begins with: pages say these in the reader's language. */
			key: text().unique(),
			name: peopleText().notNull(),
			position: byteText().notNull(),
			isDefault: boolean().notNull().default(false),
			isInProgress: boolean().notNull().default(false),
			isDone: boolean().notNull().default(false),
			isActive: boolean().notNull().default(true)
		},
		(t) => [
			uniqueIndex(`${name}_name`).on(sql`lower(${t.name})`),
			uniqueIndex(`${name}_one_default`)
				.on(t.isDefault)
				.where(sql`${t.isDefault}`),
			check(`${name}_done_has_ended`, sql`not (${t.isDone} and ${t.isActive})`),
			check(`${name}_begins_open`, sql`not (${t.isDefault} and not ${t.isActive})`)
		]
	);

/** Tags of tasks and of projects: each kind has its own, for everybody in the company. */
export const workTags = pgTable(
	'work_tags',
	{
		id: uuid().primaryKey(),
		kind: text({ enum: ['task', 'project'] }).notNull(),
		name: peopleText().notNull()
	},
	(t) => [uniqueIndex('work_tags_name').on(t.kind, sql`lower(${t.name})`)]
);
