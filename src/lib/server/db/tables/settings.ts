import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	index,
	jsonb,
	pgTable,
	smallint,
	text,
	unique,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { byteText, instant, peopleText } from './columns.ts';
import { departments } from './users.ts';

/** Facts about this installation: when demo data was made, the workspace's name. */
export const installation = pgTable('installation', {
	key: text().primaryKey(),
	value: jsonb().notNull()
});

/**
 * One row that is different after every committed change of a table in `VERSIONED_TABLES` (their triggers see
 * to it): what was read of them while it stood still may be shown again.
 */
export const listVersion = pgTable('list_version', {
	version: uuid().primaryKey()
});

export const countries = pgTable('countries', {
	/** ISO 3166-1 alpha-2; people see the name that Intl gives in their language. */
	code: text().primaryKey(),
	/** Whether it can be chosen; what a record holds already stays. */
	offered: boolean().notNull().default(true)
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
		isDefault: boolean().notNull().default(false),
		/** Where a deal goes on to from the default stage as soon as somebody works on it. */
		isSecondDefault: boolean().notNull().default(false),
		/** A deal that comes here is as good as won: a first payment. */
		isConditionalSuccess: boolean().notNull().default(false),
		/** After so many days in it a deal is marked; null for never. */
		staleAfterDays: smallint(),
		/** How many of a hundred deals in it are won. */
		probability: smallint()
	},
	(t) => [
		// The pair is what deals refer to, so that a deal's stage always belongs to its pipeline.
		unique().on(t.pipelineId, t.id),
		uniqueIndex('stages_one_default')
			.on(t.pipelineId)
			.where(sql`${t.isDefault}`),
		uniqueIndex('stages_one_second_default')
			.on(t.pipelineId)
			.where(sql`${t.isSecondDefault}`),
		uniqueIndex('stages_one_conditional_success')
			.on(t.pipelineId)
			.where(sql`${t.isConditionalSuccess}`),
		check(
			'stages_flags',
			sql`(${t.outcome} = 'open' or not (${t.isDefault} or ${t.isSecondDefault} or ${t.isConditionalSuccess})) and not (${t.isDefault} and ${t.isSecondDefault})`
		),
		check('stages_stale_after_days', sql`${t.staleAfterDays} between 1 and 1000`),
		check('stages_probability', sql`${t.probability} between 0 and 100`),
		uniqueIndex('stages_one_of_each_end')
			.on(t.pipelineId, t.outcome)
			.where(sql`${t.outcome} <> 'open'`)
	]
);

const departmentList = (name: 'industries' | 'client_types' | 'product_categories' | 'tags') =>
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
export const productCategories = departmentList('product_categories');
export const tags = departmentList('tags');

/** From where inquiries come. Whoever knows the token may hand inquiries in, from a website's form. */
export const leadSources = pgTable(
	'lead_sources',
	{
		id: uuid().primaryKey(),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' }),
		name: peopleText().notNull(),
		/** Made by the database, so that no two sources ever share one. */
		token: text()
			.notNull()
			.unique()
			.default(
				sql`rtrim(translate(encode(uuid_send(gen_random_uuid()), 'base64'), '+/', '-_'), '=')`
			),
		/** The address that the website names. */
		email: text(),
		/** Its form may be used. */
		active: boolean().notNull().default(true)
	},
	(t) => [uniqueIndex('lead_sources_department_name').on(t.departmentId, sql`lower(${t.name})`)]
);

/** Phrases that only spam holds: an inquiry with one of them leaves nothing behind. */
export const stopPhrases = pgTable(
	'stop_phrases',
	{
		id: uuid().primaryKey(),
		phrase: peopleText().notNull(),
		createdAt: instant().notNull(),
		/** When it last kept something away, so that those that never do can be removed. */
		lastHitAt: instant()
	},
	(t) => [uniqueIndex('stop_phrases_phrase').on(sql`lower(${t.phrase})`)]
);

/** Names of companies that nobody takes inquiries from. */
export const bannedNames = pgTable(
	'banned_names',
	{
		id: uuid().primaryKey(),
		name: peopleText().notNull(),
		createdAt: instant().notNull()
	},
	(t) => [uniqueIndex('banned_names_name').on(sql`lower(${t.name})`)]
);

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
