import { asc, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	companies,
	contacts,
	dealCoOwners,
	deals,
	leads
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice, type SalesOffice } from '#tests/support/deals.ts';
import { aLead } from '#tests/support/leads.ts';
import {
	assignDeal,
	createDeal,
	linkDeal,
	moveDeal,
	restoreDeal,
	saveDeal,
	trashDeal
} from './commands.server.ts';

const { db } = await testDatabase();

async function dealRow(ctx: Ctx, id: string) {
	const [row] = await ctx.db.select().from(deals).where(eq(deals.id, id));
	if (!row) throw new Error('no such deal');
	return row;
}

const order = async (ctx: Ctx, stageId: string) =>
	(
		await ctx.db
			.select({ id: deals.id })
			.from(deals)
			.where(eq(deals.stageId, stageId))
			.orderBy(asc(deals.position), asc(deals.id))
	).map(({ id }) => id);

async function aCompany(ctx: Ctx, office: SalesOffice, name: string) {
	const id = newId();
	await ctx.db.insert(companies).values({ id, name, departmentId: office.id });
	return id;
}

async function aContact(ctx: Ctx, office: SalesOffice, companyId: string | null) {
	const id = newId();
	await ctx.db
		.insert(contacts)
		.values({ id, firstName: 'Ida', companyId, departmentId: office.id });
	return id;
}

describe('a new deal', () => {
	inRollback(
		'begins at the default stage, mine, with a step on the next working day',
		async (ctx) => {
			const office = await aSalesOffice(ctx, 'Hamburg');
			// A Friday evening in Berlin.
			const friday = { ...ctx, now: new Date('2026-03-13T18:00:00Z') };
			const ann = await aColleague(friday, 'Ann', 'manager', office);
			const row = await dealRow(ctx, await aDeal(ann));
			expect(row).toMatchObject({
				stageId: office.first,
				ownerId: ann.actor.id,
				departmentId: office.id,
				nextStepOn: '2026-03-16'
			});
		}
	);

	inRollback('takes the company of its contact and refuses another one', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const [one, other] = [await aCompany(ctx, office, 'One'), await aCompany(ctx, office, 'Other')];
		const contactId = await aContact(ctx, office, one);
		expect((await dealRow(ctx, await aDeal(ann, { contactId }))).companyId).toBe(one);
		expect(await createDeal(ann, { name: 'x', contactId, companyId: other })).toEqual({
			ok: false,
			error: 'contact_elsewhere'
		});
	});

	inRollback('cannot be made by a chief, nor in a department that is not mine', async (ctx) => {
		const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const chief = await aColleague(ctx, 'Carl', 'chief', hamburg);
		const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
		await expect(aDeal(chief)).rejects.toThrow(Forbidden);
		await expect(aDeal(ann, { pipelineId: malmo.pipelineId })).rejects.toThrow(Forbidden);
	});
});

describe('moving a card', () => {
	inRollback(
		'puts it between its neighbours and writes the stage into the history',
		async (ctx) => {
			const office = await aSalesOffice(ctx, 'Hamburg');
			const ann = await aColleague(ctx, 'Ann', 'manager', office);
			const [low, high] = [
				await aDeal(ann, { stageId: office.offer }),
				await aDeal(ann, { stageId: office.offer })
			];
			const dealId = await aDeal(ann);
			const move = { dealId, stageId: office.offer, afterId: high, beforeId: low };
			const moved = { dealId, was: office.first };
			expect(await moveDeal(ann, move)).toMatchObject({ ok: true, value: moved });
			expect(await order(ctx, office.offer)).toEqual([high, dealId, low]);
			const history = await ctx.db.select().from(changes).where(eq(changes.recordId, dealId));
			expect(history.filter(({ field }) => field === 'stage')).toMatchObject([
				{ old: office.first, new: office.offer, actorId: ann.actor.id }
			]);
		}
	);

	inRollback('goes by the neighbour that is left, or on top when none is', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const [third, second, first] = [
			await aDeal(ann, { stageId: office.offer }),
			await aDeal(ann, { stageId: office.offer }),
			await aDeal(ann, { stageId: office.offer })
		];
		const gone = await aDeal(ann);
		const dealId = await aDeal(ann);
		await moveDeal(ann, { dealId, stageId: office.offer, afterId: gone, beforeId: third });
		expect(await order(ctx, office.offer)).toEqual([first, second, dealId, third]);
		await moveDeal(ann, { dealId, stageId: office.offer, afterId: gone, beforeId: newId() });
		expect(await order(ctx, office.offer)).toEqual([dealId, first, second, third]);
	});

	inRollback('is taken back to its place, unless somebody has moved it again', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const olga = await aColleague(ctx, 'Olga', 'operator', office);
		const [low, dealId, high] = [await aDeal(ann), await aDeal(ann), await aDeal(ann)];
		const back = { dealId, stageId: office.first, afterId: high, beforeId: low };
		const move = async (by: Ctx, input: Parameters<typeof moveDeal>[1]) => {
			const moved = await moveDeal(by, input);
			if (!moved.ok) throw new Error(JSON.stringify(moved));
			return moved.value.place;
		};
		const place = await move(ann, { dealId, stageId: office.offer });
		expect(await moveDeal(ann, { ...back, undoes: place })).toMatchObject({ ok: true });
		expect(await order(ctx, office.first)).toEqual([high, dealId, low]);
		const history = await ctx.db.select().from(changes).where(eq(changes.recordId, dealId));
		expect(history.filter(({ field }) => field === 'stage').map(({ source }) => source)).toEqual([
			'form',
			'undo'
		]);

		const again = await move(ann, { dealId, stageId: office.offer });
		await aDeal(ann, { stageId: office.offer });
		await move(olga, { dealId, stageId: office.offer });
		expect(await moveDeal(ann, { ...back, undoes: again })).toEqual({
			ok: false,
			error: 'moved_meanwhile'
		});
		expect((await dealRow(ctx, dealId)).stageId).toBe(office.offer);
	});

	inRollback('never reaches a won stage, and the card stays where it was', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const dealId = await aDeal(ann);
		const before = await dealRow(ctx, dealId);
		expect(await moveDeal(ann, { dealId, stageId: office.won })).toEqual({
			ok: false,
			faults: [{ field: 'stage', code: 'stage_closed' }]
		});
		expect(await dealRow(ctx, dealId)).toEqual(before);
	});

	inRollback('is for those who may edit the deal [core 12][core 19]', async (ctx) => {
		const [office, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const move = { dealId: await aDeal(ann), stageId: office.offer };
		const cleo = await aColleague(ctx, 'Cleo', 'manager', office);
		const carl = await aColleague(ctx, 'Carl', 'chief');
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		await expect(moveDeal(cleo, move)).rejects.toThrow(Forbidden);
		await expect(moveDeal(carl, move)).rejects.toThrow(Forbidden);
		await expect(moveDeal(tina, move)).rejects.toThrow(NotFound);
		const olga = await aColleague(ctx, 'Olga', 'operator', office);
		expect(await moveDeal(olga, move)).toMatchObject({ ok: true });
	});

	test('ten people who drop cards into one gap at once all keep their order', async () => {
		const ctx = systemCtx(db);
		const office = await aSalesOffice(ctx, `Hamburg ${newId()}`);
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const [low, high] = [
			await aDeal(ann, { stageId: office.offer }),
			await aDeal(ann, { stageId: office.offer })
		];
		const dealt = await Promise.all(Array.from({ length: 10 }, () => aDeal(ann)));
		const moves = await Promise.all(
			dealt.map((dealId) =>
				moveDeal(ann, { dealId, stageId: office.offer, afterId: high, beforeId: low })
			)
		);
		expect(moves.every(({ ok }) => ok)).toBe(true);
		const found = await order(ctx, office.offer);
		expect([found[0], found.at(-1)]).toEqual([high, low]);
		expect(found.slice(1, -1).sort()).toEqual(dealt.sort());
		const rows = await Promise.all(dealt.map((id) => dealRow(ctx, id)));
		expect(new Set(rows.map(({ position }) => position)).size).toBe(10);
	});
});

describe('who may write what', () => {
	inRollback('a chief sets five fields and nothing else [core 19]', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const carl = await aColleague(ctx, 'Carl', 'chief');
		const dealId = await aDeal(ann);
		const allowed = await saveDeal(carl, dealId, [
			{ field: 'important', set: true },
			{ field: 'nextStep', set: 'Call the board' },
			{ field: 'nextStepOn', set: '2099-01-05' },
			{ field: 'coOwners', add: [bob.actor.id] }
		]);
		expect(allowed).toMatchObject({ ok: true, values: { important: true } });
		for (const field of ['name', 'stage', 'amount', 'tags']) {
			const set = field === 'stage' ? office.offer : field === 'tags' ? [newId()] : null;
			const refused = await saveDeal(carl, dealId, [{ field, set }]);
			expect([field, refused.ok]).toEqual([field, field === 'amount']);
		}
		await expect(trashDeal(carl, { dealId })).rejects.toThrow(Forbidden);
	});

	inRollback(
		'a co-owner edits like the owner, a colleague reads, a foreign manager sees nothing',
		async (ctx) => {
			const [office, malmo] = [
				await aSalesOffice(ctx, 'Hamburg'),
				await aSalesOffice(ctx, 'Malmö')
			];
			const ann = await aColleague(ctx, 'Ann', 'manager', office);
			const bob = await aColleague(ctx, 'Bob', 'manager', office);
			const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
			const dealId = await aDeal(ann);
			const rename = [{ field: 'name', set: 'Cranes' }];
			await expect(saveDeal(bob, dealId, rename)).rejects.toThrow(Forbidden);
			await expect(saveDeal(tina, dealId, rename)).rejects.toThrow(NotFound);
			await ctx.db.insert(dealCoOwners).values({ dealId, userId: bob.actor.id });
			expect(await saveDeal(bob, dealId, rename)).toMatchObject({ ok: true });
			await ctx.db.insert(dealCoOwners).values({ dealId, userId: tina.actor.id });
			expect(await saveDeal(tina, dealId, [{ field: 'name', set: 'Tina too' }])).toMatchObject({
				ok: true
			});
		}
	);

	inRollback('[C174] a next step cannot be set into the past', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const dealId = await aDeal(ann);
		expect(await saveDeal(ann, dealId, [{ field: 'nextStepOn', set: '2001-01-01' }])).toMatchObject(
			{
				ok: false,
				faults: [{ field: 'nextStepOn', code: 'in_the_past' }]
			}
		);
	});

	inRollback(
		'[T160, T161, C175] owner and co-owner set the next step; its history names who did, the text stays theirs',
		async (ctx) => {
			const office = await aSalesOffice(ctx, 'Hamburg');
			const ann = await aColleague(ctx, 'Ann', 'manager', office);
			const bob = await aColleague(ctx, 'Bob', 'manager', office);
			const dealId = await aDeal(ann);
			await ctx.db.insert(dealCoOwners).values({ dealId, userId: bob.actor.id });
			for (const [person, set] of [
				[ann, 'Send the drawing'],
				[bob, 'x'.repeat(250)]
			] as const) {
				const edits = [
					{ field: 'nextStep', set },
					{ field: 'nextStepOn', set: '2099-01-05' }
				];
				expect(await saveDeal(person, dealId, edits)).toMatchObject({ ok: true });
			}
			expect((await dealRow(ctx, dealId)).nextStep).toBe('x'.repeat(250));
			const history = await ctx.db.select().from(changes).where(eq(changes.recordId, dealId));
			const said = history.filter(({ act, field }) => act === 'edit' && field === 'nextStep');
			expect(said.map(({ actorId }) => actorId)).toEqual([ann.actor.id, bob.actor.id]);
		}
	);

	inRollback('[core 5.10] the next step and its day are always there', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const dealId = await aDeal(ann, { nextStep: '', values: { nextStep: null, nextStepOn: null } });
		const { nextStep, nextStepOn } = await dealRow(ctx, dealId);
		expect([nextStep, nextStepOn]).toEqual(['Get in touch', expect.stringMatching(/^20/)]);
		for (const field of ['nextStep', 'nextStepOn']) {
			expect(await saveDeal(ann, dealId, [{ field, set: null }])).toMatchObject({
				...{ ok: false, faults: [{ field, code: 'required' }] }
			});
		}
	});

	inRollback('a form that saw an old value is told so instead of overwriting', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const dealId = await aDeal(ann);
		await saveDeal(ann, dealId, [{ field: 'name', set: 'Newer' }]);
		const late = await saveDeal(ann, dealId, [
			{ field: 'name', set: 'Mine', base: 'Harbour cranes' }
		]);
		expect(late).toMatchObject({ ok: false, faults: [{ field: 'name', code: 'stale' }] });
	});
});

describe('a partner', () => {
	inRollback('[core 4.6] stands beside whoever the deal is with', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const dealer = await aCompany(ctx, office, 'Dealer');
		const partnerId = await aContact(ctx, office, dealer);
		const companyId = await aCompany(ctx, office, 'Customer');
		const dealId = await aDeal(ann, { companyId });
		expect(await linkDeal(ann, { dealId, partnerId })).toMatchObject({ ok: true });
		expect(await dealRow(ctx, dealId)).toMatchObject({ companyId, contactId: null, partnerId });
		await linkDeal(ann, { dealId, companyId: null });
		expect(await dealRow(ctx, dealId)).toMatchObject({ companyId: null, partnerId });
		await linkDeal(ann, { dealId, partnerId: null });
		expect((await dealRow(ctx, dealId)).partnerId).toBe(null);
		const malmo = await aSalesOffice(ctx, 'Malmö');
		const hidden = await aContact(ctx, malmo, null);
		expect(await linkDeal(ann, { dealId, partnerId: hidden })).toMatchObject({ ok: false });
	});
});

describe('handing over', () => {
	inRollback('[C187] takes the deal’s lead along, within its department', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const leadId = await aLead(ann);
		const dealId = await aDeal(ann, { leadId });
		await assignDeal(ann, { dealId, ownerId: bob.actor.id });
		const [lead] = await ctx.db.select().from(leads).where(eq(leads.id, leadId));
		expect(lead?.ownerId).toBe(bob.actor.id);
	});

	inRollback('the owner is always a member of the department', async (ctx) => {
		const [office, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		const dealId = await aDeal(ann);
		expect(await assignDeal(ann, { dealId, ownerId: tina.actor.id })).toEqual({
			ok: false,
			error: 'owner_not_member'
		});
		expect(await assignDeal(ann, { dealId, departmentId: malmo.id })).toEqual({
			ok: false,
			error: 'foreign_department'
		});
		expect(await assignDeal(ann, { dealId, ownerId: bob.actor.id })).toMatchObject({ ok: true });
		expect((await dealRow(ctx, dealId)).ownerId).toBe(bob.actor.id);
		// Ann gave it away: she reads it as a colleague.
		await expect(assignDeal(ann, { dealId, ownerId: ann.actor.id })).rejects.toThrow(Forbidden);
	});

	inRollback('in another department a deal begins again at the default stage', async (ctx) => {
		const [office, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const adam = await aColleague(ctx, 'Adam', 'administrator', office);
		const dealId = await aDeal(ann, { stageId: office.offer });
		expect(await assignDeal(adam, { dealId, departmentId: malmo.id })).toMatchObject({ ok: true });
		expect(await dealRow(ctx, dealId)).toMatchObject({
			departmentId: malmo.id,
			pipelineId: malmo.pipelineId,
			stageId: malmo.first,
			ownerId: null
		});
	});

	inRollback('a contact brings its company and never contradicts it', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const [one, other] = [await aCompany(ctx, office, 'One'), await aCompany(ctx, office, 'Other')];
		const contactId = await aContact(ctx, office, one);
		const dealId = await aDeal(ann);
		expect(await linkDeal(ann, { dealId, contactId })).toMatchObject({ ok: true });
		expect(await dealRow(ctx, dealId)).toMatchObject({ companyId: one, contactId });
		expect(await linkDeal(ann, { dealId, companyId: other })).toEqual({
			ok: false,
			error: 'contact_elsewhere'
		});
	});
});

inRollback('a deal goes to the trash and comes back to its place', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const dealId = await aDeal(ann);
	const { position } = await dealRow(ctx, dealId);
	await trashDeal(ann, { dealId });
	await expect(moveDeal(ann, { dealId, stageId: office.offer })).rejects.toThrow(NotFound);
	await restoreDeal(ann, { dealId });
	expect(await dealRow(ctx, dealId)).toMatchObject({ deletedAt: null, position });
});
