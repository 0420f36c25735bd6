import fc from 'fast-check';
import { eq, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { factFor } from '#tests/support/fact.ts';
import { moveContact, trashContact } from '#lib/features/contacts/commands.server.ts';
import { search } from '#lib/features/search/queries.server.ts';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { requests } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { Actor, Scope } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aSalesOffice } from '#tests/support/deals.ts';
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
	activateCase,
	closeCase,
	copyRequest,
	createRequest,
	markCase,
	markDuplicate,
	restoreRequest,
	saveRequest,
	trashRequest,
	unmarkDuplicate
} from './commands.server.ts';
import { canDeleteRequest, canEditRequest, canReadRequest, firstView } from './policy.ts';
import { countViews, waitingCount, getRequest, listRequests } from './queries.server.ts';
import { requestRecords, requestScope } from './record.server.ts';
import { requestList } from './schema.ts';

const namesOf = async (ctx: Ctx, address: string) => {
	const query = readListQuery(new URLSearchParams(address), requestList);
	return (await listRequests(ctx, query)).page.rows.map(({ requestFor }) => requestFor);
};

inRollback(
	'[T36] a seller takes in a request with a formatted phone, and it is his',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const id = await aRequest(
			ann,
			{
				...mail('zoe@vale.example'),
				...phone('+49 (0)40 / 555-01 01'),
				description: 'Two of them'
			},
			{ name: 'Zoe Ann Vale' }
		);
		const row = await requestRow(ctx, id);
		expect(row).toMatchObject({
			...{ firstName: 'Zoe', middleName: 'Ann', lastName: 'Vale', fullName: 'Zoe Ann Vale' },
			...{ pending: true, subsequent: true, toVerify: false, ownerId: ann.actor.id },
			receivedOn: expect.stringMatching(/^\d{4}-\d\d-\d\d$/)
		});
		expect(row.ticket).toMatch(/^[A-Za-z0-9_-]{11}$/);
		expect(await namesOf(ann, 'view=mine')).toEqual(['Harbour cranes']);
	}
);

inRollback(
	'[B59] what the front desk takes in waits in its inbox, and nowhere else',
	async (ctx) => {
		const { ann, olga, tina } = await aFrontDesk(ctx);
		await aRequest(olga, { requestFor: 'Unowned' });
		await aRequest(ann, { requestFor: 'Of Ann' });
		await aRequest(tina, { requestFor: 'In Malmö' });
		expect(firstView(olga.actor)).toBe('inbox');
		expect(firstView(ann.actor)).toBe('mine');
		expect(await namesOf(olga, 'view=inbox')).toEqual(['Unowned']);
		expect(await namesOf(olga, 'owner=nobody')).toEqual(['Unowned']);
		expect(await namesOf(ann, 'view=mine')).toEqual(['Of Ann']);
		expect(await namesOf(olga, 'view=pending&sort=name')).toEqual(['Of Ann', 'Unowned']);
		expect(await countViews(olga)).toEqual({ inbox: 1, mine: 0, pending: 2 });
	}
);

inRollback(
	'[C60] the counter tells what waits since before today from what is new',
	async (ctx) => {
		const { ann, olga } = await aFrontDesk(ctx);
		const noon = new Date('2026-03-10T12:00:00Z');
		const at = (who: Ctx, now: string): Ctx => ({ ...who, now: new Date(now) });
		await aRequest(at(olga, '2026-03-10T08:00:00Z'));
		// Half past midnight in Berlin, still the day before in Greenwich.
		await aRequest(at(olga, '2026-03-09T23:30:00Z'));
		await aRequest(at(olga, '2026-03-09T20:00:00Z'));
		const owned = await aRequest(at(ann, '2026-03-01T08:00:00Z'));
		expect(await factFor({ ...olga, now: noon }, waitingCount)).toEqual({ count: 3, late: 1 });
		expect(await factFor({ ...ann, now: noon }, waitingCount)).toEqual({ count: 1, late: 1 });
		await markDuplicate(ann, { id: owned });
		expect(await factFor({ ...ann, now: noon }, waitingCount)).toEqual({ count: 0, late: 0 });
	}
);

inRollback(
	'[T37] a phone without seven digits is refused by name, and nothing is stored',
	async (ctx) => {
		const { olga } = await aFrontDesk(ctx);
		for (const raw of ['unknown', '12 34 56']) {
			const made = await createRequest(olga, {
				name: 'Zoe Vale',
				values: { requestFor: 'Cranes', ...phone(raw) }
			});
			expect(made).toMatchObject({ ok: false, faults: [{ field: 'phones', code: 'not_a_phone' }] });
		}
		expect(await ctx.db.$count(requests)).toBe(0);
	}
);

inRollback(
	'[T40, T41, C45] a contact brings his company and his name along, and never another',
	async (ctx) => {
		const { olga, ann } = await aFrontDesk(ctx);
		const [north, south] = [await aCompany(ann, 'North'), await aCompany(ann, 'South')];
		const nora = await aContact(ann, 'Nora Dahl', north);
		const begun = { values: { requestFor: 'Cranes' } };
		const linked = await createRequest(olga, { ...begun, contactId: nora });
		if (!linked.ok) throw new Error(JSON.stringify(linked));
		expect(await requestRow(ctx, linked.value.id)).toMatchObject({
			...{ contactId: nora, companyId: north, firstName: null, toVerify: false }
		});
		expect(await createRequest(olga, { ...begun, contactId: nora, companyId: south })).toEqual({
			...{ ok: false, error: 'contact_elsewhere' }
		});
		expect(await createRequest(olga, begun)).toMatchObject({
			faults: [{ field: 'firstName', code: 'required' }]
		});
		// The database holds the rule, too, whoever writes.
		await ctx.db.execute(sql`savepoint before_breach`);
		const breach = ctx.db
			.update(requests)
			.set({ companyId: south })
			.where(eq(requests.id, linked.value.id))
			.then(() => ctx.db.execute(sql`set constraints all immediate`));
		await expect(breach).rejects.toThrow();
		await ctx.db.execute(sql`rollback to savepoint before_breach`);
		await moveContact(ann, { id: nora, companyId: south });
		expect(await requestRow(ctx, linked.value.id)).toMatchObject({ companyId: south });
	}
);

inRollback(
	'the same form sent twice, or by a visitor with the same key, is one request',
	async (ctx) => {
		const { olga, office } = await aFrontDesk(ctx);
		const form = { id: newId(), name: 'Zoe Vale', values: { requestFor: 'Cranes' } };
		const [one, again] = [await createRequest(olga, form), await createRequest(olga, form)];
		expect(again).toEqual(one);
		const visit = {
			...{ name: 'Zoe Vale', departmentId: office.id, idempotencyKey: 'nonce-1' },
			...{ received: { name: 'Zoe  Vale', city: 'Kiew' }, values: { requestFor: 'Doors' } }
		};
		const first = await createRequest(ctx, visit);
		expect(await createRequest(ctx, visit)).toEqual(first);
		expect(await ctx.db.$count(requests)).toBe(2);
		if (!first.ok) throw new Error(JSON.stringify(first));
		expect(await getRequest(olga, first.value.id)).toMatchObject({
			...{ received: { name: 'Zoe  Vale', city: 'Kiew' }, subsequent: false, ownerId: null }
		});
	}
);

inRollback('a form cannot carry what its page does not ask for', async (ctx) => {
	const { olga } = await aFrontDesk(ctx);
	const id = await aRequest(olga, {
		...{ pending: false, duplicate: true, subsequent: true, toVerify: true, deal: newId() }
	});
	expect(await requestRow(ctx, id)).toMatchObject({
		...{ pending: true, duplicate: false, subsequent: false, toVerify: false, dealId: null }
	});
});

inRollback(
	'[C52] a duplicate waits no longer and has no deal; that can be taken back',
	async (ctx) => {
		const { olga } = await aFrontDesk(ctx);
		const id = await aRequest(olga);
		expect(await markDuplicate(olga, { id })).toMatchObject({ ok: true });
		expect(await requestRow(ctx, id)).toMatchObject({ pending: false, duplicate: true });
		expect(await markCase(olga, { id })).toEqual({ ok: false, error: 'is_duplicate' });
		expect(await unmarkDuplicate(olga, { id })).toMatchObject({ ok: true });
		expect(await requestRow(ctx, id)).toMatchObject({ pending: true, duplicate: false });
		expect(await actsOf(ctx, id)).toEqual([
			'request.marked_duplicate',
			'request.unmarked_duplicate'
		]);
	}
);

inRollback('[T39, C54] a case is closed and opened again, as often as needed', async (ctx) => {
	const { olga } = await aFrontDesk(ctx);
	const id = await aRequest(olga);
	expect(await closeCase(olga, { id })).toEqual({ ok: false, error: 'not_case' });
	await markCase(olga, { id });
	expect(await requestRow(ctx, id)).toMatchObject({ pending: true, isCase: true });
	await closeCase(olga, { id });
	expect(await closeCase(olga, { id })).toEqual({ ok: false, error: 'case_closed' });
	expect(await requestRow(ctx, id)).toMatchObject({ pending: false, isCase: true });
	await activateCase(olga, { id });
	expect(await requestRow(ctx, id)).toMatchObject({ pending: true, isCase: true });
});

inRollback('what a request has become of is held by the database as well', async (ctx) => {
	const { olga } = await aFrontDesk(ctx);
	const id = await aRequest(olga);
	for (const wrong of [
		{ pending: false },
		{ duplicate: true },
		{ pending: false, duplicate: true, isCase: true },
		{ ticket: 'short' }
	]) {
		await ctx.db.execute(sql`savepoint wrong`);
		await expect(
			ctx.db.update(requests).set(wrong).where(eq(requests.id, id)).execute()
		).rejects.toThrow();
		await ctx.db.execute(sql`rollback to savepoint wrong`);
	}
});

inRollback(
	'[C49] a copy has people, texts and links of the first, and a ticket of its own',
	async (ctx) => {
		const { ann, olga } = await aFrontDesk(ctx);
		const north = await aCompany(ann, 'North');
		const nora = await aContact(ann, 'Nora Dahl', north);
		const values = {
			...mail('n@dahl.example'),
			description: 'As before',
			receivedOn: '2026-01-05'
		};
		const id = await aRequest(olga, values, { contactId: nora, ownerId: ann.actor.id });
		await markCase(ann, { id });
		const copied = await copyRequest(olga, { id });
		if (!copied.ok) throw new Error(JSON.stringify(copied));
		const [first, copy] = [await requestRow(ctx, id), await requestRow(ctx, copied.value.id)];
		expect(copy).toMatchObject({
			...{ requestFor: first.requestFor, fullName: first.fullName, description: 'As before' },
			...{ contactId: nora, companyId: north, ownerId: ann.actor.id },
			...{ receivedOn: null, pending: true, isCase: false, duplicate: false }
		});
		expect(copy.ticket).not.toBe(first.ticket);
		expect((await getRequest(olga, copy.id)).values.emails).toEqual(mail('n@dahl.example').emails);
		// Whoever is in the trash by now is left out, instead of refusing the copy.
		await trashContact(ann, { id: nora });
		const again = await copyRequest(olga, { id });
		if (!again.ok) throw new Error(JSON.stringify(again));
		expect(await requestRow(ctx, again.value.id)).toMatchObject({ contactId: null });
	}
);

inRollback(
	'[C25] colleagues read, the front desk changes and deletes, sellers do not delete',
	async (ctx) => {
		const { ann, bob, olga, tina } = await aFrontDesk(ctx);
		const id = await aRequest(ann);
		const edit = [{ field: 'requestFor', set: 'Other' }];
		await expect(saveRequest(bob, id, edit)).rejects.toThrow(Forbidden);
		await expect(saveRequest(tina, id, edit)).rejects.toThrow(NotFound);
		expect(await saveRequest(olga, id, edit)).toMatchObject({ ok: true });
		await expect(trashRequest(ann, { id })).rejects.toThrow(Forbidden);
		await trashRequest(olga, { id });
		await expect(getRequest(ann, id)).rejects.toThrow(NotFound);
		expect(await namesOf(olga, 'trash=1')).toEqual(['Other']);
		await restoreRequest(olga, { id });
		expect((await getRequest(bob, id)).mayEdit).toBe(false);
	}
);

inRollback(
	'"ID n", the ticket, names, addresses and numbers find a request, within what one may see',
	async (ctx) => {
		const { ann, tina } = await aFrontDesk(ctx);
		const id = await aRequest(ann, {
			...{ ...mail('zoe@vale.example'), ...phone('+49 40 5550101'), companyName: 'Vale & Sons' },
			description: 'Needs a winch'
		});
		const { number, ticket } = await requestRow(ctx, id);
		const texts = [`ID ${number}`, `ticket:${ticket}`, 'vale', 'zoe@vale', '5550101', 'winch'];
		for (const text of texts) {
			const address = new URLSearchParams({ q: text }).toString();
			expect(await namesOf(ann, address), text).toEqual(['Harbour cranes']);
			expect(await namesOf(tina, address), text).toEqual([]);
		}
		const found = async (who: Ctx, text: string) =>
			(await search(who, kinds, text)).map(({ title }) => title);
		for (const text of [`ID ${number}`, `ticket: ${ticket}`, 'winch', 'zoe@vale']) {
			expect(await found(ann, text), text).toEqual(['Harbour cranes']);
			expect(await found(tina, text), text).toEqual([]);
		}
		expect(await found(ann, 'ticket:AAAAAAAAAAA')).toEqual([]);
	}
);

const scope = fc.constantFrom<Scope | undefined>('own', 'department', 'all', undefined);

inRollback(
	'[core 3.4] the SQL scope and the pure policy agree on every generated row',
	async (ctx) => {
		const { ann, bob } = await aFrontDesk(ctx);
		const people = [ann.actor.id, bob.actor.id];
		const offices = [newId(), newId()];
		for (const [at] of offices.entries()) {
			const made = await aSalesOffice(ctx, `Office ${at}`);
			offices[at] = made.id;
		}
		const rows = offices.flatMap((departmentId) =>
			[...people, null].flatMap((ownerId) =>
				[...people, null].map((coOwnerId) => ({ id: newId(), departmentId, ownerId, coOwnerId }))
			)
		);
		await ctx.db
			.insert(requests)
			.values(rows.map((row) => ({ ...row, requestFor: 'Row', firstName: 'A', pending: true })));
		await fc.assert(
			fc.asyncProperty(
				fc.record({ read: scope, update: scope, delete: scope }),
				fc.subarray(offices),
				fc.constantFrom(...people),
				async (verbs, departmentIds, id) => {
					const permissions = Object.fromEntries(
						Object.entries(verbs)
							.filter(([, given]) => given !== undefined)
							.map(([verb, given]) => [`request.${verb}`, given])
					) as Actor['permissions']; // keys are entities and verbs
					const actor: Actor = { ...ann.actor, id, departmentIds, permissions };
					for (const [verb, may] of [
						['read', canReadRequest],
						['update', canEditRequest],
						['delete', canDeleteRequest]
					] as const) {
						const where =
							verb === 'read' ? requestRecords.visibleTo(actor) : requestScope(actor, verb);
						const found = await ctx.db.select({ id: requests.id }).from(requests).where(where);
						expect(found.map((row) => row.id).sort()).toEqual(
							rows
								.filter((row) => may(actor, row))
								.map((row) => row.id)
								.sort()
						);
					}
				}
			),
			{ numRuns: 100 }
		);
	}
);
