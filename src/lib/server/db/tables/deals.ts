import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	char,
	check,
	date,
	foreignKey,
	index,
	jsonb,
	pgTable,
	primaryKey,
	smallint,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { byteText, instant, peopleText, recordColumns, ticketColumn } from './columns.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { leads } from './leads.ts';
import { closingReasons, pipelines, stages, tags } from './settings.ts';
import { departments, users } from './users.ts';

export const deals = pgTable(
	'deals',
	{
		...recordColumns(),
		number: bigint({ mode: 'number' }).notNull().generatedByDefaultAsIdentity().unique(),
		name: peopleText().notNull(),
		pipelineId: uuid()
			.notNull()
			.references(() => pipelines.id, { onDelete: 'restrict' }),
		stageId: uuid().notNull(),
		/** Order of the card within its stage: a fractional key, ties broken by id. Not part of the document. */
		position: byteText().notNull(),
		nextStep: text(),
		nextStepOn: date({ mode: 'string' }),
		amountMinor: bigint({ mode: 'bigint' }),
		currency: char({ length: 3 }),
		companyId: uuid().references(() => companies.id, { onDelete: 'restrict' }),
		contactId: uuid().references(() => contacts.id, { onDelete: 'restrict' }),
		/** A person at a dealer or distributor who has a part in it. */
		partnerId: uuid().references(() => contacts.id, { onDelete: 'restrict' }),
		/** Who it is with as long as he is nobody's contact; never beside a company or a contact. */
		leadId: uuid().references(() => leads.id, { onDelete: 'restrict' }),
		important: boolean().notNull().default(false),
		/** False while it has a closure, so that lists find what is open by an index; set by what ends and reopens it. */
		isOpen: boolean().notNull().default(true),
		/** Nobody who owns it has changed anything yet. */
		isNew: boolean().notNull().default(true),
		/** When it came to its stage. */
		stageSince: instant()
			.notNull()
			.default(sql`now()`),
		/** When it was won, or conditionally so; empty again when it falls back behind that. */
		wonAt: instant(),
		/** The stage that it goes on to by itself as soon as somebody works on it. */
		onwardStageId: uuid().references(() => stages.id, { onDelete: 'set null' }),
		notes: jsonb(),
		notesText: text(),
		/** That of the request it came from, or its own. */
		ticket: ticketColumn().unique(),
		ownerId: uuid().references(() => users.id, { onDelete: 'restrict' }),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' })
	},
	(t) => [
		foreignKey({
			name: 'deals_stage_of_pipeline',
			columns: [t.pipelineId, t.stageId],
			foreignColumns: [stages.pipelineId, stages.id]
		}).onDelete('restrict'),
		check(
			'deals_lead_or_contact',
			sql`${t.leadId} is null or (${t.companyId} is null and ${t.contactId} is null)`
		),
		check('deals_amount_with_currency', sql`(${t.amountMinor} is null) = (${t.currency} is null)`),
		index('deals_by_department_name')
			.on(t.departmentId, t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('deals_by_name')
			.on(t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('deals_by_number')
			.on(t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('deals_by_created')
			.on(t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('deals_by_updated')
			.on(t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('deals_by_next_step')
			.on(t.nextStepOn, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('deals_by_stage_position')
			.on(t.stageId, t.position, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('deals_open_by_next_step')
			.on(t.nextStepOn, t.id)
			.where(sql`${t.deletedAt} is null and ${t.isOpen}`),
		index('deals_open_by_stage_position')
			.on(t.stageId, t.position, t.id)
			.where(sql`${t.deletedAt} is null and ${t.isOpen}`),
		index('deals_by_company').on(t.companyId),
		index('deals_by_contact').on(t.contactId),
		index('deals_by_partner').on(t.partnerId),
		index('deals_by_lead').on(t.leadId),
		index('deals_by_owner').on(t.ownerId),
		index('deals_by_department_folded_name')
			.on(t.departmentId, sql`search_fold(${t.name})`)
			.where(sql`${t.deletedAt} is null`),
		index('deals_folded_trigrams').using('gin', sql`search_fold(${t.name}) gin_trgm_ops`)
	]
);

/** A deal that ended: how, why, when and by whom. No row: it is open. */
export const dealClosures = pgTable(
	'deal_closures',
	{
		dealId: uuid()
			.primaryKey()
			.references(() => deals.id, { onDelete: 'cascade' }),
		outcome: text({ enum: ['won', 'lost', 'irrelevant'] }).notNull(),
		/** Irrelevant is reason enough. */
		reasonId: uuid().references(() => closingReasons.id, { onDelete: 'restrict' }),
		closedBy: uuid().references(() => users.id, { onDelete: 'restrict' }),
		closedAt: instant().notNull(),
		/** Where it goes on when it is opened again. */
		fromStageId: uuid()
			.notNull()
			.references(() => stages.id, { onDelete: 'restrict' })
	},
	(t) => [
		check('deal_closures_reason', sql`(${t.outcome} = 'irrelevant') = (${t.reasonId} is null)`),
		index('deal_closures_by_day').on(t.closedAt),
		index('deal_closures_by_reason').on(t.reasonId)
	]
);

/** What makes a deal a good or a bad one, as a department sees it. */
export const qualitySignals = pgTable(
	'quality_signals',
	{
		id: uuid().primaryKey(),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' }),
		name: peopleText().notNull(),
		/** In per cent of the score; below zero for what is bad. */
		weight: smallint().notNull(),
		notes: text()
	},
	(t) => [
		uniqueIndex('quality_signals_department_name').on(t.departmentId, sql`lower(${t.name})`),
		check('quality_signals_weight', sql`${t.weight} between -100 and 100`)
	]
);

/** Such a thing that happened with a deal; all of them together make its score [core 4.18]. */
export const qualityEvents = pgTable(
	'quality_events',
	{
		id: uuid().primaryKey(),
		dealId: uuid()
			.notNull()
			.references(() => deals.id, { onDelete: 'cascade' }),
		signalId: uuid()
			.notNull()
			.references(() => qualitySignals.id, { onDelete: 'restrict' }),
		weight: smallint().notNull(),
		details: text(),
		createdAt: instant().notNull(),
		createdBy: uuid().references(() => users.id, { onDelete: 'restrict' })
	},
	(t) => [
		check('quality_events_weight', sql`${t.weight} between -100 and 100`),
		index('quality_events_by_deal').on(t.dealId, t.createdAt),
		index('quality_events_by_signal').on(t.signalId)
	]
);

export const dealCoOwners = pgTable(
	'deal_co_owners',
	{
		dealId: uuid()
			.notNull()
			.references(() => deals.id, { onDelete: 'restrict' }),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.dealId, t.userId] }), index().on(t.userId)]
);

export const dealTags = pgTable(
	'deal_tags',
	{
		dealId: uuid()
			.notNull()
			.references(() => deals.id, { onDelete: 'restrict' }),
		tagId: uuid()
			.notNull()
			.references(() => tags.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.dealId, t.tagId] }), index().on(t.tagId)]
);
