import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { createCompany } from '#lib/features/companies/commands.server.ts';
import { createContact } from '#lib/features/contacts/commands.server.ts';
import { closeDeal } from '#lib/features/deals/commands.server.ts';
import { createRequest } from '#lib/features/requests/commands.server.ts';
import { createTask } from '#lib/features/tasks/commands.server.ts';
import { deactivateUser, installStandardRoles } from '#lib/features/users/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	clientTypes,
	closingReasons,
	companies,
	companyIndustries,
	companyTags,
	contacts,
	dealClosures,
	dealCoOwners,
	deals,
	departmentMembers,
	industries,
	lineItems,
	payments,
	requestProducts,
	stages,
	requests,
	tags,
	roles,
	taskResponsible,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice, type SalesOffice } from '#tests/support/deals.ts';
import { anItem, aPayment, aProduct, theCurrencies } from '#tests/support/goods.ts';
import { aRequest } from '#tests/support/requests.ts';
import { handOverAll, movePerson, undoRun } from './commands.server.ts';
import { HandOverAll, NOBODY } from './schema.ts';
import { getLeaver, getRun, listOutcomes } from './queries.server.ts';

async function aCompany(ctx: Ctx, values: Parameters<typeof createCompany>[1]['values'] = {}) {
	const created = await createCompany(ctx, { values: { name: 'Nordlicht', ...values } });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

async function aContact(ctx: Ctx, companyId: string | null) {
	const created = await createContact(ctx, { name: 'Ida Berg', companyId, values: {} });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

/** Somebody must stay who may manage people: an administrator whose role is in the database, too. */
async function anAdministrator(ctx: Ctx, office: SalesOffice) {
	const ada = await aColleague(ctx, 'Ada', 'administrator', office);
	await installStandardRoles(ctx);
	const [role] = await ctx.db.select().from(roles).where(eq(roles.key, 'administrator'));
	await ctx.db.insert(userRoles).values({ userId: ada.actor.id, roleId: role?.id ?? '' });
	return ada;
}

async function aTask(ctx: Ctx) {
	const responsible = [ctx.actor.id];
	const created = await createTask(ctx, { values: { name: 'Errand', responsible } });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

const idOf = <Value extends { readonly id: string }>(
	done: { readonly ok: true; readonly value: Value } | { readonly ok: false }
) => {
	if (!done.ok) throw new Error(JSON.stringify(done));
	return done.value.id;
};

const company = async (ctx: Ctx, id: string) =>
	(await ctx.db.select().from(companies).where(eq(companies.id, id)))[0];
const contact = async (ctx: Ctx, id: string) =>
	(await ctx.db.select().from(contacts).where(eq(contacts.id, id)))[0];
const deal = async (ctx: Ctx, id: string) =>
	(await ctx.db.select().from(deals).where(eq(deals.id, id)))[0];

inRollback(
	'what a leaving colleague has goes to those who were named, and comes back when that is undone',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const cleo = await aColleague(ctx, 'Cleo', 'manager', office);
		const ada = await anAdministrator(ctx, office);
		const companyId = await aCompany(ann);
		const [person, alone] = [await aContact(ann, companyId), await aContact(ann, null)];
		const [dealId, foreign] = [await aDeal(ann), await aDeal(bob)];
		const { parts } = await getLeaver(ada, ann.actor.id);
		expect(parts.map(({ kind, count }) => [kind, count])).toEqual([
			['company', 1],
			// The other one goes where his company goes.
			['contact', 1],
			['deal', 1]
		]);
		const heirs = {
			[`company:${office.id}`]: bob.actor.id,
			[`deal:${office.id}`]: cleo.actor.id
		};
		expect(() => handOverAll(bob, { userId: ann.actor.id, heirs })).toThrow(Forbidden);
		const runId = idOf(await handOverAll(ada, { userId: ann.actor.id, heirs }));
		expect((await company(ctx, companyId))?.ownerId).toBe(bob.actor.id);
		expect((await contact(ctx, person))?.ownerId).toBe(bob.actor.id);
		expect((await contact(ctx, alone))?.ownerId).toBe(ann.actor.id);
		expect((await deal(ctx, dealId))?.ownerId).toBe(cleo.actor.id);
		expect((await deal(ctx, foreign))?.ownerId).toBe(bob.actor.id);

		idOf(await undoRun(ada, { runId }));
		expect((await company(ctx, companyId))?.ownerId).toBe(ann.actor.id);
		expect((await contact(ctx, person))?.ownerId).toBe(ann.actor.id);
		expect((await deal(ctx, dealId))?.ownerId).toBe(ann.actor.id);
	}
);

inRollback(
	'what a leaving colleague co-owns goes to who was named for it, or to nobody, never to the owner himself, and comes back',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const cleo = await aColleague(ctx, 'Cleo', 'manager', office);
		const ada = await anAdministrator(ctx, office);
		const shared = await aDeal(bob, { values: { coOwners: [ann.actor.id] } });
		const ofHeir = await aDeal(cleo, { values: { coOwners: [ann.actor.id, bob.actor.id] } });
		const own = await aDeal(ann);
		const asked = await aRequest(bob, {}, { coOwnerId: ann.actor.id });
		const coOwners = async (dealId: string) =>
			(await ctx.db.select().from(dealCoOwners).where(eq(dealCoOwners.dealId, dealId)))
				.map(({ userId }) => userId)
				.sort();
		const helper = async () =>
			(await ctx.db.select().from(requests).where(eq(requests.id, asked)))[0]?.coOwnerId;
		const before = [await coOwners(shared), await coOwners(ofHeir), await helper()];
		const { parts } = await getLeaver(ada, ann.actor.id);
		expect(parts.map(({ kind, isShared, count }) => [kind, isShared, count])).toEqual([
			['deal', false, 1],
			['request', true, 1],
			['deal', true, 2]
		]);
		const deals = `shared-deal:${office.id}`;
		const form = { userId: ann.actor.id, [`heir.${deals}`]: cleo.actor.id };
		const wish = HandOverAll.parse({ ...form, [`heir.shared-request:${office.id}`]: NOBODY });
		expect(wish.heirs).toEqual({ [deals]: cleo.actor.id, [`shared-request:${office.id}`]: null });
		// What somebody owns goes to nobody by a name alone.
		expect(HandOverAll.parse({ ...form, [`heir.deal:${office.id}`]: NOBODY }).heirs).toEqual({
			[deals]: cleo.actor.id
		});
		const runId = idOf(await handOverAll(ada, wish));
		expect((await getRun(ada, runId)).counts).toMatchObject({ changed: 3, refused: 0 });
		expect(await coOwners(shared)).toEqual([cleo.actor.id]);
		expect(await coOwners(ofHeir)).toEqual([bob.actor.id]);
		expect(await helper()).toBeNull();
		expect((await deal(ctx, own))?.ownerId).toBe(ann.actor.id);

		idOf(await undoRun(ada, { runId }));
		expect([await coOwners(shared), await coOwners(ofHeir), await helper()]).toEqual(before);
	}
);

inRollback(
	'who is named for a request that he co-owns is its owner alone afterwards',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const ada = await anAdministrator(ctx, office);
		const asked = await aRequest(ann, {}, { coOwnerId: bob.actor.id });
		const heirs = { [`request:${office.id}`]: bob.actor.id };
		const runId = idOf(await handOverAll(ada, { userId: ann.actor.id, heirs }));
		const place = async () => {
			const [row] = await ctx.db.select().from(requests).where(eq(requests.id, asked));
			return [row?.ownerId, row?.coOwnerId];
		};
		expect(await place()).toEqual([bob.actor.id, null]);
		idOf(await undoRun(ada, { runId }));
		expect(await place()).toEqual([ann.actor.id, bob.actor.id]);
	}
);

inRollback(
	'who is deactivated keeps his records, and they can still be handed over [B410]',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const ada = await anAdministrator(ctx, office);
		const dealId = await aDeal(ann);
		const taskId = await aTask(ann);
		await deactivateUser(ada, { userId: ann.actor.id });
		expect((await deal(ctx, dealId))?.ownerId).toBe(ann.actor.id);
		const heirs = { [`deal:${office.id}`]: bob.actor.id, task: bob.actor.id };
		const runId = idOf(await handOverAll(ada, { userId: ann.actor.id, heirs }));
		expect((await getRun(ada, runId)).counts).toMatchObject({ changed: 2, refused: 0 });
		expect((await deal(ctx, dealId))?.ownerId).toBe(bob.actor.id);
		const doing = await ctx.db
			.select()
			.from(taskResponsible)
			.where(eq(taskResponsible.taskId, taskId));
		expect(doing.map(({ userId }) => userId)).toEqual([bob.actor.id]);
	}
);

async function reasonsOf(ctx: Ctx, office: SalesOffice, lost: readonly string[]) {
	const rows = [
		{ id: newId(), name: `Sold (${office.id})`, outcome: 'won' as const },
		...lost.map((name) => ({ id: newId(), name, outcome: 'lost' as const }))
	].map((row, at) => ({ ...row, departmentId: office.id, position: `a${at}` }));
	await ctx.db.insert(closingReasons).values(rows);
	return rows;
}

inRollback(
	'whoever moves to another department takes his records along, by equal names, and what has none is told [T330, B332]',
	async (ctx) => {
		const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'operator', hamburg);
		const ada = await anAdministrator(ctx, hamburg);
		const own = { id: newId(), pipelineId: hamburg.pipelineId, name: 'Tasting', position: 'a3' };
		await ctx.db.insert(stages).values({ ...own, isDefault: false });
		const [, dear] = await reasonsOf(ctx, hamburg, ['Too dear', 'Weather']);
		const [, dearThere] = await reasonsOf(ctx, malmo, ['too dear']);
		const tag = { id: newId(), departmentId: hamburg.id, name: 'VIP' };
		await ctx.db.insert(tags).values(tag);
		const [type, typeThere] = [
			{ id: newId(), departmentId: hamburg.id, name: 'Partner' },
			{ id: newId(), departmentId: malmo.id, name: 'Customer' }
		];
		await ctx.db.insert(clientTypes).values([type, typeThere]);
		const companyId = await aCompany(ann, { tags: [tag.id], type: type.id });
		const person = await aContact(ann, companyId);
		const [offered, tasted] = [
			await aDeal(ann, { stageId: hamburg.offer }),
			await aDeal(ann, { stageId: own.id })
		];
		const ended = await aDeal(ann, { stageId: hamburg.offer });
		const lost = await closeDeal(ann, {
			...{ dealId: ended, outcome: 'lost', reasonId: dear?.id ?? '' }
		} as const);
		expect(lost.ok).toBe(true);

		const move = {
			userId: ann.actor.id,
			fromDepartmentId: hamburg.id,
			departmentId: malmo.id
		};
		expect(() => movePerson(ann, move)).toThrow(Forbidden);
		const runId = idOf(await movePerson(ada, move));
		expect((await getRun(ada, runId)).counts).toMatchObject({ changed: 4, refused: 0 });
		const belongs = await ctx.db
			.select()
			.from(departmentMembers)
			.where(eq(departmentMembers.userId, ann.actor.id));
		expect(belongs.map(({ departmentId }) => departmentId)).toEqual([malmo.id]);
		const there = { departmentId: malmo.id, ownerId: ann.actor.id };
		expect(await company(ctx, companyId)).toMatchObject({ ...there, typeId: null });
		expect(await contact(ctx, person)).toMatchObject(there);
		expect(await deal(ctx, offered)).toMatchObject({ ...there, stageId: malmo.offer });
		expect(await deal(ctx, tasted)).toMatchObject({ ...there, stageId: malmo.first });
		const [closure] = await ctx.db
			.select()
			.from(dealClosures)
			.where(eq(dealClosures.dealId, ended));
		expect(closure).toMatchObject({ reasonId: dearThere?.id, fromStageId: malmo.offer });
		const [kept] = await ctx.db
			.select({ name: tags.name, departmentId: tags.departmentId })
			.from(companyTags)
			.innerJoin(tags, eq(tags.id, companyTags.tagId))
			.where(eq(companyTags.companyId, companyId));
		expect(kept).toEqual({ name: 'VIP', departmentId: malmo.id });
		const told = await listOutcomes(ada, runId);
		const reasons = (id: string) => told.find(({ recordId }) => recordId === id)?.reasons;
		expect(reasons(tasted)).toEqual([{ code: 'stage_missing' }]);
		expect(reasons(companyId)).toEqual([{ code: 'entry_missing', field: 'type' }]);

		idOf(await undoRun(ada, { runId }));
		const here = { departmentId: hamburg.id, ownerId: ann.actor.id };
		expect(await company(ctx, companyId)).toMatchObject({ ...here, typeId: type.id });
		expect(await deal(ctx, tasted)).toMatchObject({ ...here, stageId: own.id });
		const [back] = await ctx.db.select().from(dealClosures).where(eq(dealClosures.dealId, ended));
		expect(back).toMatchObject({ reasonId: dear?.id, fromStageId: hamburg.offer });
	}
);

inRollback(
	'of whoever moves, types, industries and products of the same name are there, and items and payments are as they were [C331]',
	async (ctx) => {
		const [hamburg, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'manager', hamburg);
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		const ada = await anAdministrator(ctx, hamburg);
		await theCurrencies(ada);
		const entry = (office: SalesOffice, name: string) => ({
			...{ id: newId(), departmentId: office.id, name }
		});
		const [type, typeThere] = [entry(hamburg, 'Dealer'), entry(malmo, 'dealer')];
		const [trade, tradeThere, only] = [
			entry(hamburg, 'Harbours'),
			entry(malmo, 'Harbours'),
			entry(hamburg, 'Ships')
		];
		await ctx.db.insert(clientTypes).values([type, typeThere]);
		await ctx.db.insert(industries).values([trade, tradeThere, only]);
		const [rack, crate] = [
			await aProduct(ann, { name: 'Rack' }),
			await aProduct(ann, { name: 'Crate' })
		];
		const rackThere = await aProduct(tina, { name: 'RACK' });
		const companyId = await aCompany(ann, { type: type.id, industries: [trade.id, only.id] });
		const requestId = idOf(
			await createRequest(ann, {
				name: 'Zoe Vale',
				values: { requestFor: 'Racks', products: [rack, crate] }
			})
		);
		const dealId = await aDeal(ann, { stageId: hamburg.offer });
		await anItem(ann, { dealId, productId: rack, quantity: 3 });
		await aPayment(ann, { dealId });
		const beside = async () => ({
			items: await ctx.db.select().from(lineItems),
			payments: await ctx.db.select().from(payments)
		});
		const before = await beside();

		const move = { userId: ann.actor.id, fromDepartmentId: hamburg.id, departmentId: malmo.id };
		const runId = idOf(await movePerson(ada, move));
		expect((await getRun(ada, runId)).counts).toMatchObject({ changed: 3, refused: 0 });
		expect(await deal(ctx, dealId)).toMatchObject({ departmentId: malmo.id, stageId: malmo.offer });
		expect((await company(ctx, companyId))?.typeId).toBe(typeThere.id);
		const inIndustries = await ctx.db.select().from(companyIndustries);
		expect(inIndustries.map(({ industryId }) => industryId)).toEqual([tradeThere.id]);
		const asked = () =>
			ctx.db
				.select({ id: requestProducts.productId })
				.from(requestProducts)
				.where(eq(requestProducts.requestId, requestId));
		expect(await asked()).toEqual([{ id: rackThere }]);
		const told = await listOutcomes(ada, runId);
		const reasons = told.find(({ recordId }) => recordId === requestId)?.reasons;
		expect(reasons).toEqual([{ code: 'entry_missing', field: 'products' }]);
		expect(await beside()).toEqual(before);
		expect(before.items).toMatchObject([{ productId: rack, quantity: 3 }]);
		expect(before.payments).toHaveLength(1);

		idOf(await undoRun(ada, { runId }));
		expect((await asked()).map(({ id }) => id).sort()).toEqual([rack, crate].sort());
	}
);
