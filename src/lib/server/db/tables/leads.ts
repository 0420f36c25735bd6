import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	date,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { instant, peopleText, phoneTail, recordColumns } from './columns.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { clientTypes, countries, industries, leadSources, tags } from './settings.ts';
import { departments, users } from './users.ts';

/** A person with loosely typed company data, who is not yet a contact of a company. */
export const leads = pgTable(
	'leads',
	{
		...recordColumns(),
		number: bigint({ mode: 'number' }).notNull().generatedByDefaultAsIdentity().unique(),
		firstName: peopleText().notNull(),
		middleName: peopleText(),
		lastName: peopleText(),
		/** What lists show and sort by: the name parts that are there, joined. */
		fullName: peopleText()
			.notNull()
			.generatedAlwaysAs(
				sql`btrim(coalesce(first_name, '') || coalesce(' ' || middle_name, '') || coalesce(' ' || last_name, ''))`
			),
		title: text(),
		/** As somebody typed it; it refers to no company. */
		companyName: peopleText(),
		website: text(),
		country: text().references(() => countries.code, { onDelete: 'restrict' }),
		city: peopleText(),
		region: text(),
		district: text(),
		address: text(),
		typeId: uuid().references(() => clientTypes.id, { onDelete: 'restrict' }),
		sourceId: uuid().references(() => leadSources.id, { onDelete: 'restrict' }),
		disqualified: boolean().notNull().default(false),
		/** Wants no mailings. */
		unsubscribed: boolean().notNull().default(false),
		sex: text({ enum: ['female', 'male', 'other'] }),
		bornOn: date({ mode: 'string' }),
		/** The day on which somebody last spoke with him. */
		lastContactOn: date({ mode: 'string' }),
		notes: jsonb(),
		notesText: text(),
		ownerId: uuid().references(() => users.id, { onDelete: 'restrict' }),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' })
	},
	(t) => [
		index('leads_by_department_name')
			.on(t.departmentId, t.fullName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_name')
			.on(t.fullName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_department_company')
			.on(t.departmentId, t.companyName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_company')
			.on(t.companyName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_number')
			.on(t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_created')
			.on(t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_updated')
			.on(t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_department_created')
			.on(t.departmentId, t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('leads_by_owner').on(t.ownerId),
		index('leads_in_trash')
			.on(t.deletedAt, t.id)
			.where(sql`${t.deletedAt} is not null`),
		index('leads_folded_trigrams').using(
			'gin',
			sql`search_fold(coalesce(${t.fullName}, '') || ' ' || coalesce(${t.companyName}, '')) gin_trgm_ops`
		)
	]
);

const leadId = () =>
	uuid()
		.notNull()
		.references(() => leads.id, { onDelete: 'restrict' });

const emailColumns = () => ({
	leadId: leadId(),
	id: text().notNull(),
	position: integer().notNull(),
	address: text().notNull(),
	label: text({ enum: ['work', 'private', 'other'] })
		.notNull()
		.default('work')
});

const phoneColumns = () => ({
	leadId: leadId(),
	id: text().notNull(),
	position: integer().notNull(),
	raw: text().notNull(),
	e164: text(),
	label: text({ enum: ['work', 'mobile', 'private', 'other'] })
		.notNull()
		.default('work')
});

export const leadEmails = pgTable('lead_emails', emailColumns(), (t) => [
	primaryKey({ columns: [t.leadId, t.id] }),
	index('lead_emails_by_address').on(t.address),
	index('lead_emails_trigrams').using('gin', sql`lower(${t.address}) gin_trgm_ops`)
]);

export const leadPhones = pgTable('lead_phones', phoneColumns(), (t) => [
	primaryKey({ columns: [t.leadId, t.id] }),
	index().on(t.e164),
	index('lead_phones_by_tail').on(phoneTail(t.raw))
]);

/** Addresses of the company as a whole, which become its own when the lead becomes a contact. */
export const leadCompanyEmails = pgTable('lead_company_emails', emailColumns(), (t) => [
	primaryKey({ columns: [t.leadId, t.id] }),
	index('lead_company_emails_trigrams').using('gin', sql`lower(${t.address}) gin_trgm_ops`)
]);

export const leadCompanyPhones = pgTable('lead_company_phones', phoneColumns(), (t) => [
	primaryKey({ columns: [t.leadId, t.id] }),
	index().on(t.e164)
]);

export const leadIndustries = pgTable(
	'lead_industries',
	{
		leadId: leadId(),
		industryId: uuid()
			.notNull()
			.references(() => industries.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.leadId, t.industryId] }), index().on(t.industryId)]
);

export const leadTags = pgTable(
	'lead_tags',
	{
		leadId: leadId(),
		tagId: uuid()
			.notNull()
			.references(() => tags.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.leadId, t.tagId] }), index().on(t.tagId)]
);

/**
 * A lead that became a contact. While a row of it is not undone, the lead is out of the lists and stays as
 * it is. The id is the batch of everything that the conversion changed, so that it can be undone.
 */
export const leadConversions = pgTable(
	'lead_conversions',
	{
		id: uuid().primaryKey(),
		leadId: leadId(),
		companyId: uuid().references(() => companies.id, { onDelete: 'restrict' }),
		contactId: uuid()
			.notNull()
			.references(() => contacts.id, { onDelete: 'restrict' }),
		/** Made by this conversion, not found. */
		companyMade: boolean().notNull(),
		contactMade: boolean().notNull(),
		convertedBy: uuid().notNull(),
		convertedAt: instant().notNull(),
		undoneBy: uuid(),
		undoneAt: instant()
	},
	(t) => [
		uniqueIndex('lead_conversions_one_open')
			.on(t.leadId)
			.where(sql`${t.undoneAt} is null`),
		index().on(t.leadId),
		index().on(t.companyId),
		index().on(t.contactId),
		check('lead_conversions_undone_by', sql`(${t.undoneAt} is null) = (${t.undoneBy} is null)`),
		check('lead_conversions_made', sql`not (${t.companyMade} and ${t.companyId} is null)`)
	]
);
