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
	unique,
	uuid
} from 'drizzle-orm/pg-core';
import { peopleText, phoneTail, recordColumns } from './columns.ts';
import { companies } from './companies.ts';
import { countries, leadSources, tags } from './settings.ts';
import { departments, users } from './users.ts';

export const contacts = pgTable(
	'contacts',
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
		sex: text({ enum: ['female', 'male', 'other'] }),
		bornOn: date({ mode: 'string' }),
		/** His own, where it is not his company's. */
		country: text().references(() => countries.code, { onDelete: 'restrict' }),
		city: peopleText(),
		region: text(),
		district: text(),
		address: text(),
		sourceId: uuid().references(() => leadSources.id, { onDelete: 'restrict' }),
		/** The day on which somebody last spoke with him. */
		lastContactOn: date({ mode: 'string' }),
		/** No customer for us: nothing is sent to him. */
		disqualified: boolean().notNull().default(false),
		/** Wants no mailings. */
		unsubscribed: boolean().notNull().default(false),
		/** Changed only by `moveContact`; owner and department then follow the company. */
		companyId: uuid().references(() => companies.id, { onDelete: 'restrict' }),
		notes: jsonb(),
		notesText: text(),
		ownerId: uuid().references(() => users.id, { onDelete: 'restrict' }),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' })
	},
	(t) => [
		// The pair is what requests refer to, so that a request's contact always belongs to its company.
		unique('contacts_of_company').on(t.id, t.companyId),
		index('contacts_by_department_name')
			.on(t.departmentId, t.fullName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_name')
			.on(t.fullName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_number')
			.on(t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_created')
			.on(t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_updated')
			.on(t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_company').on(t.companyId),
		index('contacts_by_owner').on(t.ownerId),
		index('contacts_by_source').on(t.sourceId),
		index('contacts_by_department_number')
			.on(t.departmentId, t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_department_created')
			.on(t.departmentId, t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_department_updated')
			.on(t.departmentId, t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_department_last_name')
			.on(t.departmentId, t.lastName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_last_name')
			.on(t.lastName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_owner_name')
			.on(t.ownerId, t.fullName, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_by_department_folded_name')
			.on(t.departmentId, sql`search_fold(${t.fullName})`)
			.where(sql`${t.deletedAt} is null`),
		index('contacts_in_trash')
			.on(t.deletedAt, t.id)
			.where(sql`${t.deletedAt} is not null`),
		index('contacts_folded_trigrams').using('gin', sql`search_fold(${t.fullName}) gin_trgm_ops`)
	]
);

export const contactEmails = pgTable(
	'contact_emails',
	{
		contactId: uuid()
			.notNull()
			.references(() => contacts.id, { onDelete: 'restrict' }),
		id: text().notNull(),
		position: integer().notNull(),
		address: text().notNull(),
		label: text({ enum: ['work', 'private', 'other'] })
			.notNull()
			.default('work')
	},
	(t) => [
		primaryKey({ columns: [t.contactId, t.id] }),
		index('contact_emails_by_address').on(t.address),
		index('contact_emails_trigrams').using('gin', sql`lower(${t.address}) gin_trgm_ops`)
	]
);

export const contactPhones = pgTable(
	'contact_phones',
	{
		contactId: uuid()
			.notNull()
			.references(() => contacts.id, { onDelete: 'restrict' }),
		id: text().notNull(),
		position: integer().notNull(),
		raw: text().notNull(),
		e164: text(),
		label: text({ enum: ['work', 'mobile', 'private', 'other'] })
			.notNull()
			.default('work')
	},
	(t) => [
		primaryKey({ columns: [t.contactId, t.id] }),
		index().on(t.e164),
		index('contact_phones_by_tail').on(phoneTail(t.raw))
	]
);

export const contactTags = pgTable(
	'contact_tags',
	{
		contactId: uuid()
			.notNull()
			.references(() => contacts.id, { onDelete: 'restrict' }),
		tagId: uuid()
			.notNull()
			.references(() => tags.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.contactId, t.tagId] }), index().on(t.tagId)]
);
