import { eq, sql } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, test } from 'vitest';
import { createCompany, saveCompany } from '#lib/features/companies/commands.server.ts';
import { createContact, saveContact } from '#lib/features/contacts/commands.server.ts';
import { linkDeal } from '#lib/features/deals/commands.server.ts';
import { getDeal } from '#lib/features/deals/queries.server.ts';
import { createRequest } from '#lib/features/requests/commands.server.ts';
import { getRequest } from '#lib/features/requests/queries.server.ts';
import { kinds } from '#lib/registry.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	contactEmails,
	contacts,
	leadConversions,
	tags
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { addresses, aLead, numbers } from '#tests/support/leads.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { convertLead, saveLead, trashLead, undoConversion } from './commands.server.ts';
import { findMatches, getLead, listLeads } from './queries.server.ts';
import { leadList } from './schema.ts';

const WHOLE: RecordValues = {
	middleName: 'Maria',
	title: 'Buyer',
	emails: addresses('anna@nordlicht.example', 'anna@private.example'),
	phones: numbers('+49 40 1234567'),
	companyName: 'Nordlicht GmbH',
	companyEmails: addresses('info@nordlicht.example'),
	companyPhones: numbers('+49 40 999888'),
	website: 'https://nordlicht.example',
	place: { country: 'DE', city: 'Kiel' },
	region: 'Schleswig-Holstein',
	district: 'Mitte',
	address: 'Hafen 1'
};

async function anOffice(ctx: Ctx) {
	const office = await aSalesOffice(ctx, 'Sales Hamburg');
	return { office, ann: await aColleague(ctx, 'Ann', 'manager', office) };
}

async function aCompany(ctx: Ctx, values: RecordValues) {
	const made = await createCompany(ctx, { values });
	if (!made.ok) throw new Error(JSON.stringify(made));
	return made.value.id;
}

async function aContact(ctx: Ctx, name: string, values: RecordValues = {}, companyId?: string) {
	const made = await createContact(ctx, { name, companyId: companyId ?? null, values });
	if (!made.ok) throw new Error(JSON.stringify(made));
	return made.value.id;
}

async function converted(
	ctx: Ctx,
	id: string,
	input: Partial<Parameters<typeof convertLead>[2]> = {}
) {
	const done = await convertLead(ctx, kinds, { id, ...input });
	if (!done.ok) throw new Error(JSON.stringify(done));
	return done.value;
}

const namesOf = async (ctx: Ctx, address = '') =>
	(await listLeads(ctx, readListQuery(new URLSearchParams(address), leadList))).page.rows.map(
		({ fullName }) => fullName
	);

const valuesOf = async (ctx: Ctx, id: string) =>
	(await loadRecord(ctx, contactRecords, id))?.values ?? {};

inRollback(
	'[T130] a complete lead becomes a company and a contact with every address; the lead is kept, out of the list',
	async (ctx) => {
		const { office, ann } = await anOffice(ctx);
		const [tag] = await ctx.db
			.insert(tags)
			.values({ id: newId(), departmentId: office.id, name: 'Fair' })
			.returning();
		const lead = await aLead(ann, { ...WHOLE, tags: [tag?.id ?? ''] });
		expect(await namesOf(ann)).toEqual(['Anna Maria Maier']);

		const { companyId, contactId } = await converted(ann, lead);
		const [company] = await ctx.db
			.select()
			.from(companies)
			.where(eq(companies.id, companyId ?? ''));
		expect(company).toMatchObject({
			...{ name: 'Nordlicht GmbH', city: 'Kiel', country: 'DE', address: 'Hafen 1' },
			...{ region: 'Schleswig-Holstein', district: 'Mitte' },
			...{ ownerId: ann.actor.id, departmentId: office.id }
		});
		const values = await valuesOf(ann, contactId);
		expect(values).toMatchObject({
			...{ firstName: 'Anna', middleName: 'Maria', lastName: 'Maier', title: 'Buyer' },
			...{ company: companyId, tags: [tag?.id] }
		});
		expect(Object.keys(values['emails'] ?? {})).toHaveLength(2);

		expect(await namesOf(ann)).toEqual([]);
		expect(await namesOf(ann, 'converted=yes')).toEqual(['Anna Maria Maier']);
		const page = await getLead(ann, lead);
		expect(page).toMatchObject({ mayEdit: false, mayDelete: false, mayUndo: true });
		expect(page.conversion).toMatchObject({ companyId, contactId, by: 'Ann' });
		await expect(trashLead(ann, { id: lead })).rejects.toThrow(Forbidden);
		await expect(saveLead(ann, lead, [{ field: 'title', set: 'Chief' }])).rejects.toThrow(
			Forbidden
		);
	}
);

inRollback(
	'[T124, T127] companies and contacts that are chosen, or found without doubt, are used and nothing is made',
	async (ctx) => {
		const { ann } = await anOffice(ctx);
		const company = await aCompany(ann, {
			name: 'Nordlicht',
			emails: addresses('office@nordlicht.example')
		});
		const found = await converted(ann, await aLead(ann, WHOLE));
		expect(found.companyId).toBe(company);
		const other = await aCompany(ann, { name: 'Something else' });
		const person = await aContact(ann, 'Otto Huber', {}, other);
		const before = await ctx.db.$count(contacts);
		const chosen = await converted(ann, await aLead(ann, WHOLE), {
			company: other,
			contact: person
		});
		expect(chosen).toMatchObject({ companyId: other, contactId: person });
		expect(await ctx.db.$count(companies)).toBe(2);
		expect(await ctx.db.$count(contacts)).toBe(before);
	}
);

inRollback(
	'[T125, C131] where several are as likely nothing is made, and the lead waits until one is chosen',
	async (ctx) => {
		const { ann } = await anOffice(ctx);
		const one = await aCompany(ann, { name: 'Nordlicht AG' });
		await aCompany(ann, { name: 'NORDLICHT' });
		const lead = await aLead(ann, WHOLE);
		expect(await convertLead(ann, kinds, { id: lead })).toEqual({
			ok: false,
			error: 'several_companies'
		});
		await aContact(ann, 'Anna Maier', { emails: addresses('anna@private.example') });
		await aContact(ann, 'Anna Maier', { phones: numbers('040 1234567', '+49 40 1234567') });
		expect(await convertLead(ann, kinds, { id: lead, company: one })).toEqual({
			ok: false,
			error: 'several_contacts'
		});
		expect(await ctx.db.$count(leadConversions)).toBe(0);
		expect(await namesOf(ann)).toEqual(['Anna Maria Maier']);
		const { contacts: people } = await findMatches(ann, (await getLead(ann, lead)).values);
		expect(people.map(({ reasons }) => reasons)).toEqual([
			['same_email', 'same_name'],
			['same_phone', 'same_name']
		]);
		await converted(ann, lead, { company: one, contact: 'new' });
	}
);

inRollback('a match shows nothing of what the person may not see', async (ctx) => {
	const { ann } = await anOffice(ctx);
	const tina = await aColleague(ctx, 'Tina', 'manager', await aSalesOffice(ctx, 'Sales Malmö'));
	await aCompany(tina, { name: 'Nordlicht', emails: addresses('info@nordlicht.example') });
	await aContact(tina, 'Anna Maier', { emails: addresses('anna@nordlicht.example') });
	const lead = await aLead(ann, WHOLE);
	expect(await findMatches(ann, (await getLead(ann, lead)).values)).toEqual({
		companies: [],
		contacts: []
	});
	await expect(convertLead(tina, kinds, { id: lead })).rejects.toThrow(NotFound);
	const bob = await aColleague(ctx, 'Bob', 'operator', undefined);
	await expect(convertLead(bob, kinds, { id: lead })).rejects.toThrow(NotFound);
});

inRollback(
	'a contact who is there gets what only the lead knows, and keeps everything he has',
	async (ctx) => {
		const { ann } = await anOffice(ctx);
		const company = await aCompany(ann, { name: 'Nordlicht' });
		const person = await aContact(
			ann,
			'Anna Maier',
			{ title: 'Director', emails: addresses('ANNA@nordlicht.example') },
			company
		);
		const { contactId } = await converted(ann, await aLead(ann, WHOLE), { contact: person });
		expect(contactId).toBe(person);
		const rows = await ctx.db
			.select()
			.from(contactEmails)
			.where(eq(contactEmails.contactId, person));
		expect(rows.map(({ address }) => address).sort()).toEqual([
			'anna@nordlicht.example',
			'anna@private.example'
		]);
		expect(await valuesOf(ann, person)).toMatchObject({ title: 'Director', company });
	}
);

inRollback('a contact of another company is a conflict that is told', async (ctx) => {
	const { ann } = await anOffice(ctx);
	const [one, other] = [
		await aCompany(ann, { name: 'One' }),
		await aCompany(ann, { name: 'Other' })
	];
	const person = await aContact(ann, 'Otto Huber', {}, one);
	const lead = await aLead(ann, WHOLE);
	const refused = { ok: false, error: 'contact_elsewhere' };
	expect(await convertLead(ann, kinds, { id: lead, company: other, contact: person })).toEqual(
		refused
	);
	expect(await convertLead(ann, kinds, { id: lead, company: 'new', contact: person })).toEqual(
		refused
	);
	expect(await ctx.db.$count(companies)).toBe(2);
	const nameless = await aLead(ann, { firstName: 'Otto', lastName: null });
	expect(await convertLead(ann, kinds, { id: nameless, company: 'new' })).toEqual({
		ok: false,
		error: 'company_name_needed'
	});
	// Without a company's name he becomes a contact of none.
	expect(await converted(ann, nameless)).toMatchObject({ companyId: null });
});

inRollback(
	'[C132] the deals of a lead go on with the contact and his company, and come back when it is undone',
	async (ctx) => {
		const { office, ann } = await anOffice(ctx);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const lead = await aLead(ann, WHOLE);
		const deal = await aDeal(ann, { leadId: lead });
		// A colleague's, which she may not change.
		const other = await aDeal(bob, { leadId: lead });
		const { companyId, contactId, moved } = await converted(ann, lead);
		expect(moved).toBe(2);
		for (const id of [deal, other]) {
			expect(await getDeal(ann, id)).toMatchObject({ leadId: null, companyId, contactId });
		}
		const undone = await undoConversion(ann, kinds, { id: lead });
		expect(undone).toEqual({ ok: true, value: { id: lead, stayed: 0 } });
		for (const id of [deal, other]) {
			expect(await getDeal(ann, id)).toMatchObject({
				leadId: lead,
				companyId: null,
				contactId: null
			});
		}
		const [company] = await ctx.db.select().from(companies);
		const [person] = await ctx.db.select().from(contacts);
		expect([company?.deletedAt, person?.deletedAt]).toEqual([ctx.now, ctx.now]);
		expect(await namesOf(ann)).toEqual(['Anna Maria Maier']);
		expect((await getLead(ann, lead)).mayEdit).toBe(true);
		expect(await undoConversion(ann, kinds, { id: lead })).toEqual({
			ok: false,
			error: 'not_converted'
		});
		// And there again.
		await converted(ann, lead);
	}
);

inRollback('the requests of a lead follow him, and come back with him', async (ctx) => {
	const { ann } = await anOffice(ctx);
	const lead = await aLead(ann, WHOLE);
	const asked = await createRequest(ann, {
		leadId: lead,
		values: { requestFor: 'Two aisles of shelves', firstName: 'Anna' }
	});
	if (!asked.ok) throw new Error(JSON.stringify(asked));
	const { companyId, contactId, moved } = await converted(ann, lead);
	expect(moved).toBe(1);
	const request = () => getRequest(ann, asked.value.id);
	expect(await request()).toMatchObject({
		values: { lead: null, company: companyId, contact: contactId }
	});
	await undoConversion(ann, kinds, { id: lead });
	expect(await request()).toMatchObject({ values: { lead, company: null, contact: null } });
});

inRollback('undoing leaves alone what somebody has worked with since', async (ctx) => {
	const { ann } = await anOffice(ctx);
	const lead = await aLead(ann, WHOLE);
	const [deal, later] = [await aDeal(ann, { leadId: lead }), await aDeal(ann, { leadId: lead })];
	const { companyId, contactId } = await converted(ann, lead);
	await linkDeal(ann, { dealId: later, contactId: null });
	await saveContact(ann, contactId, [{ field: 'title', set: 'Chief buyer' }]);
	const undone = await undoConversion(ann, kinds, { id: lead });
	// The later deal, the contact whom somebody changed, and his company.
	expect(undone).toEqual({ ok: true, value: { id: lead, stayed: 3 } });
	expect(await getDeal(ann, deal)).toMatchObject({ leadId: lead });
	expect(await getDeal(ann, later)).toMatchObject({ leadId: null, companyId, contactId: null });
	expect((await valuesOf(ann, contactId))['title']).toBe('Chief buyer');
});

inRollback(
	'undoing takes from a contact who was there what the conversion gave him',
	async (ctx) => {
		const { ann } = await anOffice(ctx);
		const company = await aCompany(ann, { name: 'Nordlicht' });
		const person = await aContact(ann, 'Anna Maier', {
			emails: addresses('anna@nordlicht.example')
		});
		const before = await valuesOf(ann, person);
		await converted(
			ann,
			await aLead(ann, { ...WHOLE, emails: addresses('a@b.example', 'c@d.example') }),
			{
				company,
				contact: person
			}
		);
		const between = await valuesOf(ann, person);
		expect(between['company']).toBe(company);
		expect(Object.keys(between['emails'] ?? {})).toHaveLength(3);
		await saveCompany(ann, company, [{ field: 'website', set: 'nordlicht.example' }]);
		const [conversion] = await ctx.db.select().from(leadConversions);
		await undoConversion(ann, kinds, { id: conversion?.leadId ?? '' });
		expect(await valuesOf(ann, person)).toEqual(before);
	}
);

describe('two who convert the same lead at once', async () => {
	const { db } = await testDatabase();

	test('make one company and one contact', async () => {
		const { ann } = await anOffice(systemCtx(db));
		const lead = await aLead(ann, WHOLE);
		const both = await Promise.all([
			convertLead(ann, kinds, { id: lead, company: 'new', contact: 'new' }),
			convertLead(ann, kinds, { id: lead, company: 'new', contact: 'new' })
		]);
		expect(both.filter(({ ok }) => ok)).toHaveLength(1);
		expect(both).toContainEqual({ ok: false, error: 'already_converted' });
		expect([await db.$count(companies), await db.$count(contacts)]).toEqual([1, 1]);
	});

	test('every column that refers to leads is one that a conversion moves', async () => {
		const columns = await db.execute<{ place: string }>(sql`
			select child.relname || '.' || a.attname as place
			from pg_constraint f
			join pg_class child on child.oid = f.conrelid
			join pg_attribute a on a.attrelid = f.conrelid and a.attnum = any (f.conkey)
			where f.contype = 'f' and f.confrelid = 'leads'::regclass`);
		const places = columns.map(({ place }) => place).filter((place) => !place.startsWith('lead_'));
		const held = kinds.flatMap(({ kind, columns, table }) =>
			Object.entries(kind.fields).flatMap(([name, field]) => {
				if (field.shape !== 'scalar' || field.target !== 'lead') return [];
				// Moved means: tied to the contact and his company instead.
				expect(Object.keys(kind.fields)).toEqual(expect.arrayContaining(['company', 'contact']));
				const property =
					Object.entries(columns).find(([own]) => own === name)?.[1].columns[0] ?? '';
				// Drizzle keeps a column's own name beside the property.
				return `${tableName(table)}.${snake(property)}`;
			})
		);
		expect(places.sort()).toEqual(held.sort());
		expect(places.length).toBeGreaterThan(0);
	});
});

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const tableName = (table: PgTable) => getTableConfig(table).name;
