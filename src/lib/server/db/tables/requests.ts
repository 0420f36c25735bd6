import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	date,
	foreignKey,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { companies } from './companies.ts';
import { peopleText, phoneTail, recordColumns, ticketColumn } from './columns.ts';
import { contacts } from './contacts.ts';
import { deals } from './deals.ts';
import { leads } from './leads.ts';
import { products } from './products.ts';
import { countries, leadSources } from './settings.ts';
import { departments, users } from './users.ts';

/**
 * Somebody asked for something. What he wrote stands in fields of its own, beside the contact, company and
 * deal that it was linked to.
 */
export const requests = pgTable(
	'requests',
	{
		...recordColumns(),
		number: bigint({ mode: 'number' }).notNull().generatedByDefaultAsIdentity().unique(),
		ticket: ticketColumn().unique(),
		requestFor: peopleText().notNull(),
		firstName: peopleText(),
		middleName: peopleText(),
		lastName: peopleText(),
		fullName: peopleText().generatedAlwaysAs(
			sql`nullif(btrim(coalesce(first_name, '') || coalesce(' ' || middle_name, '') || coalesce(' ' || last_name, '')), '')`
		),
		companyName: peopleText(),
		website: text(),
		country: text().references(() => countries.code, { onDelete: 'restrict' }),
		city: peopleText(),
		sourceId: uuid().references(() => leadSources.id, { onDelete: 'restrict' }),
		receivedOn: date({ mode: 'string' }),
		description: text(),
		translation: text(),
		notes: jsonb(),
		notesText: text(),
		/** What a visitor sent, word for word; null for what a colleague entered. Never written again. */
		received: jsonb(),
		contactId: uuid(),
		companyId: uuid().references(() => companies.id, { onDelete: 'restrict' }),
		leadId: uuid().references(() => leads.id, { onDelete: 'restrict' }),
		dealId: uuid()
			.references(() => deals.id, { onDelete: 'restrict' })
			.unique(),
		/** Still to be qualified: neither a deal, nor a duplicate, nor a closed case. */
		pending: boolean().notNull(),
		/** Came straight to a seller from a client he knows, not through the company's public channels. */
		subsequent: boolean().notNull().default(false),
		duplicate: boolean().notNull().default(false),
		/** Will never lead to a payment. */
		isCase: boolean().notNull().default(false),
		/** Links were set by the program and nobody has looked at them yet. */
		toVerify: boolean().notNull().default(false),
		ownerId: uuid().references(() => users.id, { onDelete: 'restrict' }),
		coOwnerId: uuid().references(() => users.id, { onDelete: 'restrict' }),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' })
	},
	(t) => {
		const isThere = sql`${t.deletedAt} is null`;
		return [
			foreignKey({
				name: 'requests_contact',
				columns: [t.contactId],
				foreignColumns: [contacts.id]
			}).onDelete('restrict'),
			// A contact that moves takes along the requests that name his company. Deferred by hand in the migration.
			foreignKey({
				name: 'requests_contact_of_company',
				columns: [t.contactId, t.companyId],
				foreignColumns: [contacts.id, contacts.companyId]
			}).onUpdate('cascade'),
			check('requests_ticket', sql`${t.ticket} ~ '^[A-Za-z0-9_-]{11}$'`),
			check(
				'requests_lead_or_contact',
				sql`${t.leadId} is null or (${t.contactId} is null and ${t.companyId} is null)`
			),
			check('requests_duplicate_or_case', sql`not (${t.duplicate} and ${t.isCase})`),
			check(
				'requests_deal_of_inquiry',
				sql`${t.dealId} is null or not (${t.duplicate} or ${t.isCase})`
			),
			check(
				'requests_pending',
				sql`case when ${t.duplicate} or ${t.dealId} is not null then not ${t.pending} else ${t.pending} or ${t.isCase} end`
			),
			// The inbox, the longest waiting first.
			index('requests_unassigned')
				.on(t.createdAt, t.id)
				.where(sql`${t.deletedAt} is null and ${t.pending} and ${t.ownerId} is null`),
			index('requests_pending_by_owner')
				.on(t.ownerId, t.createdAt, t.id)
				.where(sql`${t.deletedAt} is null and ${t.pending}`),
			index('requests_by_created').on(t.createdAt, t.id).where(isThere),
			index('requests_by_department_created').on(t.departmentId, t.createdAt, t.id).where(isThere),
			index('requests_by_received').on(t.receivedOn, t.id).where(isThere),
			index('requests_by_name').on(t.requestFor, t.id).where(isThere),
			index('requests_by_number').on(t.number, t.id).where(isThere),
			index('requests_by_updated').on(t.updatedAt, t.id).where(isThere),
			index('requests_in_trash')
				.on(t.deletedAt, t.id)
				.where(sql`${t.deletedAt} is not null`),
			index('requests_by_contact').on(t.contactId),
			index('requests_by_company').on(t.companyId),
			index('requests_by_lead').on(t.leadId),
			index('requests_by_owner').on(t.ownerId),
			index('requests_by_co_owner').on(t.coOwnerId),
			index('requests_by_source').on(t.sourceId),
			index('requests_folded_trigrams').using(
				'gin',
				sql`search_fold(coalesce(${t.requestFor}, '') || ' ' || coalesce(${t.fullName}, '') || ' ' || coalesce(${t.companyName}, '') || ' ' || coalesce(${t.description}, '') || ' ' || coalesce(${t.translation}, '')) gin_trgm_ops`
			)
		];
	}
);

const requestId = () =>
	uuid()
		.notNull()
		.references(() => requests.id, { onDelete: 'restrict' });

export const requestEmails = pgTable(
	'request_emails',
	{
		requestId: requestId(),
		id: text().notNull(),
		position: integer().notNull(),
		address: text().notNull(),
		label: text({ enum: ['work', 'private', 'other'] })
			.notNull()
			.default('work')
	},
	(t) => [
		primaryKey({ columns: [t.requestId, t.id] }),
		index('request_emails_by_address').on(t.address),
		index('request_emails_trigrams').using('gin', sql`lower(${t.address}) gin_trgm_ops`)
	]
);

export const requestPhones = pgTable(
	'request_phones',
	{
		requestId: requestId(),
		id: text().notNull(),
		position: integer().notNull(),
		raw: text().notNull(),
		e164: text(),
		label: text({ enum: ['work', 'mobile', 'private', 'other'] })
			.notNull()
			.default('work')
	},
	(t) => [
		primaryKey({ columns: [t.requestId, t.id] }),
		index().on(t.e164),
		index('request_phones_by_tail').on(phoneTail(t.raw)),
		index('request_phones_trigrams').using('gin', sql`${t.raw} gin_trgm_ops`)
	]
);

/** What somebody wants, as far as it is something that is sold; the deal begins with a line item for each. */
export const requestProducts = pgTable(
	'request_products',
	{
		requestId: requestId(),
		productId: uuid()
			.notNull()
			.references(() => products.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.requestId, t.productId] }), index().on(t.productId)]
);

/** Domains where anybody may have a mailbox: they say nothing about the company that somebody works for. */
export const publicMailDomains = pgTable(
	'public_mail_domains',
	{
		/** In small letters. */
		domain: text().primaryKey()
	},
	(t) => [check('public_mail_domains_lower', sql`${t.domain} = lower(btrim(${t.domain}))`)]
);
