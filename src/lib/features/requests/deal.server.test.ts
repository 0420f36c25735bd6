import { and, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { addCurrency } from '#lib/features/currencies/commands.server.ts';
import { trashDeal } from '#lib/features/deals/commands.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	companies,
	contacts,
	dealCoOwners,
	deals,
	departments,
	leads,
	lineItems,
	publicMailDomains,
	requests
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { aProduct } from '#tests/support/goods.ts';
import { aLead } from '#tests/support/leads.ts';
import {
	aCompany,
	aContact,
	actsOf,
	aFrontDesk,
	aRequest,
	mail,
	phone,
	requestRow
} from '#tests/support/requests.ts';
import {
	assignRequest,
	createCounterparty,
	createDealFromRequest,
	createRequest,
	linkCounterparty,
	markCase,
	saveRequest,
	verifyLinks
} from './commands.server.ts';
import { findCandidates, getRequest } from './queries.server.ts';

const dealRow = async ({ db }: Ctx, id: string) => {
	const [row] = await db.select().from(deals).where(eq(deals.id, id));
	if (!row) throw new Error('no such deal');
	return row;
};

async function dealOf(ctx: Ctx, id: string) {
	const made = await createDealFromRequest(ctx, { id });
	if (!made.ok) throw new Error(JSON.stringify(made));
	return dealRow(ctx, made.value.dealId);
}

describe('matching', () => {
	inRollback(
		'[C76] whoever is known beyond doubt is linked and flagged; a person confirms it',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const north = await aCompany(ann, 'North');
			const nora = await aContact(ann, 'Nora Dahl', north, mail('nora@north.example'));
			const id = await aRequest(olga, mail('Nora@North.example'), { name: 'Nora Dahl' });
			expect(await requestRow(ctx, id)).toMatchObject({
				...{ contactId: nora, companyId: north, toVerify: true, ownerId: null }
			});
			expect(await getRequest(olga, id)).toMatchObject({ clientOwnerId: ann.actor.id });
			await verifyLinks(olga, { id });
			expect(await requestRow(ctx, id)).toMatchObject({ contactId: nora, toVerify: false });
			expect(await actsOf(ctx, id)).toEqual(['request.links_verified']);
		}
	);

	inRollback(
		'[B81] a match neither replaces what was written nor takes the owner away',
		async (ctx) => {
			const { ann, bob, olga, office } = await aFrontDesk(ctx);
			const place = { country: 'SE', city: 'Malmö' };
			const north = await aCompany(ann, 'North', { place, website: 'north.example' });
			await aContact(ann, 'Nora Dahl', north, {
				...mail('n@north.example'),
				...phone('+46 40 1234567')
			});
			const written = {
				...mail('n@north.example'),
				...phone('040 99 88 77 66'),
				place: { country: 'DE', city: null }
			};
			const id = await aRequest(olga, written, { name: 'Nora Dahl', ownerId: bob.actor.id });
			expect(await requestRow(ctx, id)).toMatchObject({ companyId: north, ownerId: bob.actor.id });
			const { values } = await getRequest(olga, id);
			expect(values).toMatchObject({
				phones: { a: { raw: '040 99 88 77 66' } },
				place: { country: 'DE' }
			});
			// What comes through a public form goes to whoever has the client.
			const visit = await aRequest(ctx, mail('n@north.example'), {
				...{ name: 'Nora Dahl', departmentId: office.id }
			});
			expect(await requestRow(ctx, visit)).toMatchObject({ ownerId: ann.actor.id });
		}
	);

	inRollback(
		'[T69] a company is known by a contact’s address, by its name and by its domain; not by a public one',
		async (ctx) => {
			const { ann, olga, tina } = await aFrontDesk(ctx);
			await ctx.db
				.insert(publicMailDomains)
				.values({ domain: 'freemail.example' })
				.onConflictDoNothing();
			const north = await aCompany(ann, 'Test Company LLC', {
				...{ website: 'https://www.north.example', alternativeNames: 'Nordwerk, Probe AG' },
				...mail('desk@freemail.example')
			});
			await aContact(ann, 'Nora Dahl', north, mail('nora@home.example'));
			await aCompany(tina, 'Test Company LLC');
			const linked = async (values: Parameters<typeof aRequest>[1]) =>
				(await requestRow(ctx, await aRequest(olga, values))).companyId;
			expect(await linked(mail('nora@home.example'))).toBe(north);
			expect(await linked({ companyName: 'Test - Company, LLC.' })).toBe(north);
			expect(await linked({ companyName: 'nordwerk' })).toBe(north);
			expect(await linked(mail('somebody@north.example'))).toBe(north);
			expect(await linked({ website: 'north.example/shop' })).toBe(north);
			expect(await linked(mail('somebody@freemail.example'))).toBeNull();
			expect(await linked({ companyName: 'Test' })).toBeNull();
		}
	);

	inRollback(
		'candidates are only those of the department that the actor may see, and come with their reasons',
		async (ctx) => {
			const { ann, olga, tina, office } = await aFrontDesk(ctx);
			await aContact(tina, 'Nora Dahl', null, phone('+49 40 5550101'));
			const nora = await aContact(ann, 'Nora Dahl', null, phone('040/5550101'));
			const values = { firstName: 'Nora', lastName: 'Dahl', ...phone('+49 40 5550101') };
			const { people } = await findCandidates(olga, values, office.id);
			expect(people).toMatchObject([
				{ id: nora, reasons: ['same_phone', 'same_name'], isStrong: true }
			]);
			expect((await findCandidates(tina, values, office.id)).people).toEqual([]);
		}
	);

	inRollback(
		'[T61, T64, T67] a lead is found by his number in another notation, or by his name and company',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const lead = await aLead(ann, {
				...{ firstName: 'Lea', lastName: 'Holm', companyName: 'Holm Boats of Kiel' },
				...phone('0431 / 555 01 01')
			});
			const leadOf = async (name: string, values: RecordValues = {}) =>
				(await requestRow(ctx, await aRequest(olga, values, { name }))).leadId;
			expect(await leadOf('Lea', phone('+49 431 5550101'))).toBe(lead);
			expect(await leadOf('Lea Holm', { companyName: 'Holm Boats' })).toBe(lead);
			expect(await leadOf('Lea')).toBeNull();
			expect(await leadOf('Lea Berg', { companyName: 'Holm Boats' })).toBeNull();
			expect(await leadOf('Zoe Vale', mail('zoe@vale.example'))).toBeNull();
		}
	);

	inRollback(
		'[T42, C44] a request is from a lead, or from a contact and a company, and the database holds it',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const [lead, north] = [await aLead(ann), await aCompany(ann, 'North')];
			const nora = await aContact(ann, 'Nora Dahl', north);
			const begun = { name: 'Zoe Vale', values: { requestFor: 'Cranes' } };
			for (const other of [{ contactId: nora }, { companyId: north }]) {
				expect(await createRequest(olga, { ...begun, ...other, leadId: lead })).toEqual({
					...{ ok: false, error: 'lead_or_contact' }
				});
			}
			const id = await aRequest(olga, {}, { leadId: lead });
			expect(await linkCounterparty(olga, { id, contactId: nora, leadId: lead })).toEqual({
				...{ ok: false, error: 'lead_or_contact' }
			});
			await linkCounterparty(olga, { id, contactId: nora });
			expect(await requestRow(ctx, id)).toMatchObject({ contactId: nora, leadId: null });
			await linkCounterparty(olga, { id, leadId: lead });
			expect(await requestRow(ctx, id)).toMatchObject({
				...{ contactId: null, companyId: null, leadId: lead }
			});
			const both = ctx.db.update(requests).set({ companyId: north }).where(eq(requests.id, id));
			await expect(both.execute()).rejects.toThrow();
		}
	);

	inRollback('matching reads a few rows, whatever the number of records', async (ctx) => {
		const { ann, olga, office } = await aFrontDesk(ctx);
		for (let n = 0; n < 40; n++) await aContact(ann, `Nora Dahl`, null, mail(`n${n}@x.example`));
		const asked = { firstName: 'Nora', lastName: 'Dahl', ...mail('n7@x.example') };
		const { people } = await findCandidates(olga, asked, office.id);
		expect(people[0]).toMatchObject({ isStrong: true, reasons: ['same_email', 'same_name'] });
		// Namesakes are shown behind him, a few of them, and none is as likely.
		expect(people.map(({ isStrong }) => isStrong)).toEqual([true, false, false, false, false]);
	});

	inRollback(
		'[core 5.5] a contact chosen by hand fills what is empty, and only that',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const north = await aCompany(ann, 'North', { place: { country: 'SE', city: null } });
			const nora = await aContact(ann, 'Nora Dahl', north, {
				...mail('n@north.example'),
				...phone('123456')
			});
			const id = await aRequest(olga, { companyName: 'Nrth' });
			expect(await linkCounterparty(olga, { id, contactId: nora })).toMatchObject({ ok: true });
			const { values } = await getRequest(olga, id);
			expect(values).toMatchObject({
				...{ contact: nora, company: north, firstName: 'Zoe', companyName: 'Nrth' },
				...{ place: { country: 'SE' }, ...mail('n@north.example') }
			});
			// Six digits are enough at a contact and too few for a request.
			expect(values.phones).toEqual({});
			const south = await aCompany(ann, 'South');
			expect(await linkCounterparty(olga, { id, companyId: south })).toEqual({
				...{ ok: false, error: 'contact_elsewhere' }
			});
			await linkCounterparty(olga, { id, contactId: null, companyId: null });
			expect(await requestRow(ctx, id)).toMatchObject({ contactId: null, companyId: null });
		}
	);
});

describe('assigning', () => {
	inRollback(
		'[core 5.7] the new owner and co-owner are told; members of the department only',
		async (ctx) => {
			const { ann, bob, olga, tina } = await aFrontDesk(ctx);
			const id = await aRequest(olga);
			const to = (owner: Ctx, coOwner: Ctx | null) =>
				assignRequest(olga, { id, ownerId: owner.actor.id, coOwnerId: coOwner?.actor.id ?? null });
			expect(await to(tina, null)).toEqual({ ok: false, error: 'owner_not_member' });
			expect(await to(ann, tina)).toEqual({ ok: false, error: 'co_owner_not_member' });
			expect(await to(ann, ann)).toEqual({ ok: false, error: 'co_owner_is_owner' });
			expect(await to(ann, bob)).toMatchObject({ ok: true });
			expect(await requestRow(ctx, id)).toMatchObject({
				ownerId: ann.actor.id,
				coOwnerId: bob.actor.id
			});
			const edits = and(eq(changes.recordId, id), eq(changes.act, 'edit'));
			const told = () => ctx.db.$count(changes, edits);
			expect(await told()).toBe(2);
			// Nothing changes, so nobody is told.
			await to(ann, bob);
			expect(await told()).toBe(2);
			// A co-owner works on it like the owner.
			expect(await saveRequest(bob, id, [{ field: 'requestFor', set: 'By Bob' }])).toMatchObject({
				ok: true
			});
		}
	);

	inRollback('[B57] the client of somebody else moves only when that was said', async (ctx) => {
		const { ann, bob, olga } = await aFrontDesk(ctx);
		const north = await aCompany(bob, 'North');
		const nora = await aContact(bob, 'Nora Dahl', north);
		const owners = async () => {
			const [company] = await ctx.db.select().from(companies).where(eq(companies.id, north));
			const [contact] = await ctx.db.select().from(contacts).where(eq(contacts.id, nora));
			return [company?.ownerId, contact?.ownerId];
		};
		const id = await aRequest(olga, {}, { contactId: nora });
		const wanted = { id, ownerId: ann.actor.id };
		expect(await assignRequest(olga, wanted)).toEqual({ ok: false, error: 'client_elsewhere' });
		expect(await requestRow(ctx, id)).toMatchObject({ ownerId: null });
		await assignRequest(olga, { ...wanted, client: 'stays' });
		expect(await requestRow(ctx, id)).toMatchObject({ ownerId: ann.actor.id });
		expect(await owners()).toEqual([bob.actor.id, bob.actor.id]);
		await assignRequest(olga, { ...wanted, client: 'moves' });
		expect(await owners()).toEqual([ann.actor.id, ann.actor.id]);
		// Then there is nothing to ask.
		expect(await assignRequest(olga, wanted)).toMatchObject({ ok: true });
	});

	inRollback('who may not hand the client over changes nothing at all', async (ctx) => {
		const { ann, bob } = await aFrontDesk(ctx);
		const north = await aCompany(bob, 'North');
		const id = await aRequest(ann, {}, { companyId: north });
		const wanted = { id, ownerId: ann.actor.id, coOwnerId: bob.actor.id, client: 'moves' as const };
		await expect(assignRequest(ann, wanted)).rejects.toThrow(Forbidden);
		expect(await requestRow(ctx, id)).toMatchObject({ coOwnerId: null });
	});

	inRollback(
		'a request goes to another department with what exists there, its deal as well',
		async (ctx) => {
			const { ann, office, malmo, tina } = await aFrontDesk(ctx);
			const adam = await aColleague(ctx, 'Adam', 'administrator', office);
			const id = await aRequest(ann, mail('z@vale.example'));
			await createCounterparty(ann, { id });
			const deal = await dealOf(ann, id);
			const moved = await assignRequest(adam, {
				...{ id, departmentId: malmo.id, ownerId: tina.actor.id, client: 'moves' }
			});
			expect(moved).toMatchObject({ ok: true });
			expect(await requestRow(ctx, id)).toMatchObject({
				departmentId: malmo.id,
				ownerId: tina.actor.id
			});
			expect(await dealRow(ctx, deal.id)).toMatchObject({
				departmentId: malmo.id,
				ownerId: tina.actor.id
			});
			await expect(getRequest(ann, id)).rejects.toThrow(NotFound);
		}
	);
});

describe('request → deal', () => {
	inRollback(
		'[core 5.8] the deal has the first stage, the next working day, currency, ticket, remark and people',
		async (ctx) => {
			const { ann, bob, olga, office } = await aFrontDesk(ctx);
			const friday = { ...olga, now: new Date('2026-03-13T10:00:00Z') };
			const north = await aCompany(ann, 'North');
			const nora = await aContact(ann, 'Nora Dahl', north);
			const id = await aRequest(
				friday,
				{},
				{ contactId: nora, ownerId: ann.actor.id, coOwnerId: bob.actor.id }
			);
			const notes = {
				type: 'doc',
				content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Urgent' }] }]
			} as const;
			await saveRequest(olga, id, [{ field: 'notes', set: notes }]);
			const deal = await dealOf(friday, id);
			const request = await requestRow(ctx, id);
			expect(deal).toMatchObject({
				...{ name: 'Harbour cranes', stageId: office.first, nextStepOn: '2026-03-16' },
				...{ nextStep: 'Get in touch', amountMinor: 0n, currency: 'EUR', notesText: 'Urgent' },
				...{ companyId: north, contactId: nora, ownerId: ann.actor.id, ticket: request.ticket }
			});
			expect(await ctx.db.select().from(dealCoOwners)).toEqual([
				{ dealId: deal.id, userId: bob.actor.id }
			]);
			expect(request).toMatchObject({ dealId: deal.id, pending: false });
			expect(await actsOf(ctx, deal.id)).toEqual(['deal.begun_from_request']);
			expect(await actsOf(ctx, id)).toContain('request.deal_created');
			// [C51] Nothing else can become of it now.
			expect(await markCase(olga, { id })).toEqual({ ok: false, error: 'has_deal' });
		}
	);

	inRollback(
		'[T74, T85] an unknown person of a known company becomes a contact there',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const north = await aCompany(ann, 'North', { website: 'north.example' });
			const id = await aRequest(olga, { ...mail('zoe@north.example'), ...phone('+49 40 5550101') });
			const deal = await dealOf(olga, id);
			const [zoe] = await ctx.db.select().from(contacts).where(eq(contacts.companyId, north));
			expect(zoe).toMatchObject({ fullName: 'Zoe Vale', ownerId: ann.actor.id });
			expect(deal).toMatchObject({ companyId: north, contactId: zoe?.id, ownerId: olga.actor.id });
			expect(await requestRow(ctx, id)).toMatchObject({ contactId: zoe?.id, toVerify: true });
		}
	);

	inRollback(
		'[B79] no deal is without a client: the conflict is said, and nothing is left behind',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const [north, south] = [await aCompany(ann, 'North'), await aCompany(ann, 'South')];
			await aContact(ann, 'Zoe Vale', north, mail('zoe@vale.example'));
			const conflict = await aRequest(olga, mail('zoe@vale.example'), { companyId: south });
			expect(await createDealFromRequest(olga, { id: conflict })).toEqual({
				...{ ok: false, error: 'contact_elsewhere' }
			});
			const { values } = await getRequest(olga, conflict);
			const { people } = await findCandidates(
				olga,
				values,
				(await requestRow(ctx, conflict)).departmentId
			);
			expect(people).toMatchObject([{ doubts: ['other_company'], isStrong: false }]);
			expect(await ctx.db.$count(deals)).toBe(0);
			expect(await ctx.db.$count(contacts)).toBe(1);
			// A person decides, and then there is one.
			await linkCounterparty(olga, { id: conflict, companyId: north });
			expect(await dealOf(olga, conflict)).toMatchObject({ companyId: north });
		}
	);

	inRollback(
		'[T84] whoever is no contact and of no known company becomes a lead with what he wrote',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const written = { ...mail('zoe@vale.example'), ...phone('+49 40 5550101') };
			const place = { country: 'DE', city: 'Kiel' };
			const id = await aRequest(
				olga,
				{ ...written, place, companyName: 'Vale & Sons' },
				{ ownerId: ann.actor.id }
			);
			const deal = await dealOf(olga, id);
			expect(deal).toMatchObject({ companyId: null, contactId: null, ownerId: ann.actor.id });
			const lead = await loadRecord(olga, leadRecords, deal.leadId ?? '');
			expect(lead?.values).toMatchObject({
				...{ firstName: 'Zoe', lastName: 'Vale', companyName: 'Vale & Sons', place },
				...{ owner: ann.actor.id, ...mail('zoe@vale.example') }
			});
			// Who asks again is known by then.
			const again = await aRequest(olga, mail('zoe@vale.example'));
			expect(await requestRow(ctx, again)).toMatchObject({ leadId: deal.leadId, toVerify: true });
			expect(await dealOf(olga, again)).toMatchObject({ leadId: deal.leadId });
			expect(await ctx.db.$count(leads)).toBe(1);
		}
	);

	inRollback('[T82] a department that sells everywhere needs the country', async (ctx) => {
		const { ann, bob, olga, office } = await aFrontDesk(ctx);
		await ctx.db
			.update(departments)
			.set({ worksGlobally: true })
			.where(eq(departments.id, office.id));
		const id = await aRequest(olga, mail('zoe@vale.example'), { coOwnerId: bob.actor.id });
		await createCounterparty(olga, { id });
		expect(await createDealFromRequest(olga, { id })).toEqual({
			ok: false,
			error: 'country_needed'
		});
		await saveRequest(olga, id, [{ field: 'place', set: { country: 'DE', city: null } }]);
		await dealOf(olga, id);
		expect(ann.actor.departmentIds).toEqual([office.id]);
	});

	inRollback(
		'[B91] an administrator of no department makes a deal; it belongs to nobody yet',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const adam = await aColleague(ctx, 'Adam', 'administrator');
			const north = await aCompany(ann, 'North');
			const id = await aRequest(olga, {}, { companyId: north });
			expect(await dealOf(adam, id)).toMatchObject({ companyId: north, ownerId: null });
		}
	);

	inRollback(
		'whoever may only read a request makes no deal of it, nor of one whose deal is in the trash',
		async (ctx) => {
			const { ann, bob, olga, tina } = await aFrontDesk(ctx);
			const north = await aCompany(ann, 'North');
			const id = await aRequest(ann, {}, { companyId: north });
			await expect(createDealFromRequest(bob, { id })).rejects.toThrow(Forbidden);
			await expect(createDealFromRequest(tina, { id })).rejects.toThrow(NotFound);
			const deal = await dealOf(ann, id);
			await trashDeal(olga, { dealId: deal.id });
			expect(await createDealFromRequest(ann, { id })).toEqual({
				ok: false,
				error: 'deal_in_trash'
			});
		}
	);

	inRollback(
		'whom the client of a request with a deal is changed to, the deal follows',
		async (ctx) => {
			const { ann, olga } = await aFrontDesk(ctx);
			const [north, south] = [await aCompany(ann, 'North'), await aCompany(ann, 'South')];
			const id = await aRequest(olga, {}, { companyId: north });
			const deal = await dealOf(olga, id);
			await linkCounterparty(olga, { id, companyId: south });
			expect(await dealRow(ctx, deal.id)).toMatchObject({ companyId: south });
		}
	);
});

describe('what a request is about', () => {
	inRollback(
		'[C47, C86, C87] is asked for before a deal is made where something is sold, and becomes its line items',
		async (ctx) => {
			const { ann, olga, office } = await aFrontDesk(ctx);
			await addCurrency(ctx, { code: 'EUR' });
			// A Friday.
			const friday = { ...olga, now: new Date('2026-11-27T10:00:00Z') };
			const rack = await aProduct(ann, {
				name: 'Rack',
				price: { minor: '42500', currency: 'EUR' }
			});
			const board = await aProduct(ann, { name: 'Board' });
			await aProduct(ann, { name: 'Sold no more', onSale: false });
			const id = await aRequest(friday, { requestFor: 'Racks and boards' });
			expect(await getRequest(olga, id)).toMatchObject({ lacksProducts: true });
			expect(await createDealFromRequest(friday, { id })).toMatchObject({
				...{ ok: false, error: 'products_needed' }
			});
			expect((await requestRow(ctx, id)).pending).toBe(true);
			await saveRequest(friday, id, [{ field: 'products', add: [rack, board] }]);
			expect(await getRequest(olga, id)).toMatchObject({ lacksProducts: false });
			const deal = await dealOf(friday, id);
			expect(deal).toMatchObject({
				...{ stageId: office.first, nextStepOn: '2026-11-30', currency: 'EUR' },
				ticket: (await requestRow(ctx, id)).ticket
			});
			const items = await ctx.db.select().from(lineItems).where(eq(lineItems.dealId, deal.id));
			expect(items.map(({ productId, quantity }) => [productId, quantity])).toEqual([
				[board, 1],
				[rack, 1]
			]);
			expect(items.map(({ unitPriceMinor }) => unitPriceMinor)).toEqual([null, 42_500n]);
			const acts = await actsOf(ctx, deal.id);
			expect(acts).toEqual(expect.arrayContaining(['deal.begun_from_request', 'item.added']));
		}
	);
});
