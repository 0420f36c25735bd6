import { sql } from 'drizzle-orm';
import {
	boolean,
	index,
	jsonb,
	pgTable,
	text,
	unique,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { byteText, peopleText } from './columns.ts';
import { departments } from './users.ts';

/** Facts about this installation: when demo data was made, the workspace's name. */
export const installation = pgTable('installation', {
	key: text().primaryKey(),
	value: jsonb().notNull()
});

export const countries = pgTable('countries', {
	/** ISO 3166-1 alpha-2; people see the name that Intl gives in their language. */
	code: text().primaryKey()
});

export const pipelines = pgTable(
	'pipelines',
	{
		id: uuid().primaryKey(),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' }),
		name: peopleText().notNull(),
		position: byteText().notNull()
	},
	(t) => [index().on(t.departmentId)]
);

/**
 * Steps of a pipeline in the order of `position`. Among open stages a deal moves freely; won, lost and
 * shipped stages are reached only by the commands that close or ship.
 */
export const stages = pgTable(
	'stages',
	{
		id: uuid().primaryKey(),
		pipelineId: uuid()
			.notNull()
			.references(() => pipelines.id, { onDelete: 'restrict' }),
		name: peopleText().notNull(),
		position: byteText().notNull(),
		outcome: text({ enum: ['open', 'won', 'lost', 'shipped'] })
			.notNull()
			.default('open'),
		isDefault: boolean().notNull().default(false)
	},
	(t) => [
		// The pair is what deals refer to, so that a deal's stage always belongs to its pipeline.
		unique().on(t.pipelineId, t.id),
		uniqueIndex('stages_one_default')
			.on(t.pipelineId)
			.where(sql`${t.isDefault}`)
	]
);

const departmentList = (name: 'industries' | 'client_types' | 'lead_sources' | 'tags') =>
	pgTable(
		name,
		{
			id: uuid().primaryKey(),
			departmentId: uuid()
				.notNull()
				.references(() => departments.id, { onDelete: 'restrict' }),
			name: peopleText().notNull()
		},
		(t) => [uniqueIndex(`${name}_department_name`).on(t.departmentId, sql`lower(${t.name})`)]
	);

export const industries = departmentList('industries');
export const clientTypes = departmentList('client_types');
export const leadSources = departmentList('lead_sources');
export const tags = departmentList('tags');

/** Why deals end, in a department's own order. Exactly one of them is the reason of success. */
export const closingReasons = pgTable(
	'closing_reasons',
	{
		id: uuid().primaryKey(),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' }),
		name: peopleText().notNull(),
		position: byteText().notNull(),
		outcome: text({ enum: ['won', 'lost'] }).notNull()
	},
	(t) => [
		uniqueIndex('closing_reasons_department_name').on(t.departmentId, sql`lower(${t.name})`),
		uniqueIndex('closing_reasons_one_success')
			.on(t.departmentId)
			.where(sql`${t.outcome} = 'won'`)
	]
);
