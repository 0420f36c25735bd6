import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	date,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { peopleText, phoneTail, recordColumns, websiteHost } from './columns.ts';
import { clientTypes, countries, industries, leadSources, tags } from './settings.ts';
import { departments, users } from './users.ts';

export const companies = pgTable(
	'companies',
	{
		...recordColumns(),
		number: bigint({ mode: 'number' }).notNull().generatedByDefaultAsIdentity().unique(),
		name: peopleText().notNull(),
		alternativeNames: text(),
		website: text(),
		country: text().references(() => countries.code, { onDelete: 'restrict' }),
		city: peopleText(),
		region: text(),
		district: text(),
		address: text(),
		registrationNumber: text(),
		typeId: uuid().references(() => clientTypes.id, { onDelete: 'restrict' }),
		sourceId: uuid().references(() => leadSources.id, { onDelete: 'restrict' }),
		/** The day on which somebody last spoke with them. */
		lastContactOn: date({ mode: 'string' }),
		/** No customer for us: nothing is sent there. */
		disqualified: boolean().notNull().default(false),
		/** Wants no mailings. */
		unsubscribed: boolean().notNull().default(false),
		/** ProseMirror document, and the same as plain text for search. */
		notes: jsonb(),
		notesText: text(),
		ownerId: uuid().references(() => users.id, { onDelete: 'restrict' }),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' })
	},
	(t) => [
		index('companies_by_department_name')
			.on(t.departmentId, t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_name')
			.on(t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_number')
			.on(t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_created')
			.on(t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_updated')
			.on(t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_owner').on(t.ownerId),
		index('companies_by_type')
			.on(t.typeId)
			.where(sql`${t.typeId} is not null`),
		index('companies_by_source')
			.on(t.sourceId)
			.where(sql`${t.sourceId} is not null`),
		// Which countries are in use is read from it without reading the companies.
		index('companies_by_country').on(t.country),
		// Imports find a company by its name in whatever letters it is written.
		index('companies_by_lower_name')
			.on(sql`lower(${t.name})`)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_website_host')
			.on(websiteHost(t.website))
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_department_number')
			.on(t.departmentId, t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_department_created')
			.on(t.departmentId, t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_department_updated')
			.on(t.departmentId, t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_department_city')
			.on(t.departmentId, t.city, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_city')
			.on(t.city, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('companies_by_owner_name')
			.on(t.ownerId, t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		// What is searched for is found at once where it begins a name, in whatever letters.
		index('companies_by_department_folded_name')
			.on(t.departmentId, sql`search_fold(${t.name})`)
			.where(sql`${t.deletedAt} is null`),
		index('companies_in_trash')
			.on(t.deletedAt, t.id)
			.where(sql`${t.deletedAt} is not null`),
		index('companies_folded_trigrams').using(
			'gin',
			sql`search_fold(coalesce(${t.name}, '') || ' ' || coalesce(${t.alternativeNames}, '')) gin_trgm_ops`
		)
	]
);

export const companyEmails = pgTable(
	'company_emails',
	{
		companyId: uuid()
			.notNull()
			.references(() => companies.id, { onDelete: 'restrict' }),
		/** Made by whoever adds the entry; unique within its record. */
		id: text().notNull(),
		position: integer().notNull(),
		address: text().notNull(),
		label: text({ enum: ['work', 'private', 'other'] })
			.notNull()
			.default('work')
	},
	(t) => [
		primaryKey({ columns: [t.companyId, t.id] }),
		index('company_emails_by_address').on(t.address),
		index('company_emails_trigrams').using('gin', sql`lower(${t.address}) gin_trgm_ops`)
	]
);

export const companyPhones = pgTable(
	'company_phones',
	{
		companyId: uuid()
			.notNull()
			.references(() => companies.id, { onDelete: 'restrict' }),
		id: text().notNull(),
		position: integer().notNull(),
		/** As typed, and normalised when it can be understood as a number. */
		raw: text().notNull(),
		e164: text(),
		label: text({ enum: ['work', 'mobile', 'private', 'other'] })
			.notNull()
			.default('work')
	},
	(t) => [
		primaryKey({ columns: [t.companyId, t.id] }),
		index().on(t.e164),
		index('company_phones_by_tail').on(phoneTail(t.raw))
	]
);

export const companyIndustries = pgTable(
	'company_industries',
	{
		companyId: uuid()
			.notNull()
			.references(() => companies.id, { onDelete: 'restrict' }),
		industryId: uuid()
			.notNull()
			.references(() => industries.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.companyId, t.industryId] }), index().on(t.industryId)]
);

export const companyTags = pgTable(
	'company_tags',
	{
		companyId: uuid()
			.notNull()
			.references(() => companies.id, { onDelete: 'restrict' }),
		tagId: uuid()
			.notNull()
			.references(() => tags.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.companyId, t.tagId] }), index().on(t.tagId)]
);
