import { and, eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createCompany, saveCompany } from '#lib/features/companies/commands.server.ts';
import { createContact } from '#lib/features/contacts/commands.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { saveDeal } from '#lib/features/deals/commands.server.ts';
import { installStandardRoles } from '#lib/features/users/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	bulkItems,
	bulkRuns,
	changes,
	companies,
	companyTags,
	contacts,
	deals,
	roles,
	tags,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { createMany } from '#lib/server/records/create.ts';
import { newId } from '#lib/shared/ids.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { runJobs } from '#tests/support/jobs.ts';
import {
	cancelRun,
	chooseRecords,
	startRun,
	undoRun,
	wishEdits,
	wishHeir
} from './commands.server.ts';
import { getRun, listOutcomes, rehearseRun } from './queries.server.ts';
import { AT_ONCE } from './schema.ts';

const { db } = await testDatabase();

async function aCompany(ctx: Ctx, name = 'Nordlicht') {
	const created = await createCompany(ctx, { values: { name } });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

type Chosen = Partial<Parameters<typeof chooseRecords>[1]>;

async function choose(ctx: Ctx, kind: KindName, chosen: Chosen): Promise<string> {
	const run = await chooseRecords(ctx, { kind, act: 'edit', ids: [], query: '', ...chosen });
	if (!run.ok) throw new Error(run.error);
	return run.value.id;
}

async function undo(ctx: Ctx, runId: string): Promise<string> {
	const run = await undoRun(ctx, { runId });
	if (!run.ok) throw new Error(run.error);
	return run.value.id;
}

const deal = async (ctx: Ctx, id: string) =>
	(await ctx.db.select().from(deals).where(eq(deals.id, id)))[0];
const company = async (ctx: Ctx, id: string) =>
	(await ctx.db.select().from(companies).where(eq(companies.id, id)))[0];

inRollback(
	'one act changes what the actor may edit, and says of the rest why not, as it was foretold',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const [plain, already, foreign] = [await aDeal(ann), await aDeal(ann), await aDeal(bob)];
		await saveDeal(ann, already, [{ field: 'important', set: true }]);
		const runId = await choose(ann, 'deal', { ids: [plain, already, foreign, newId()] });
		await wishEdits(ann, runId, [{ field: 'important', set: true }]);

		expect(await rehearseRun(ann, await getRun(ann, runId))).toMatchObject({
			changes: 1,
			same: 1,
			forbidden: 1,
			unfit: 1
		});
		expect((await deal(ctx, plain))?.important).toBe(false);

		expect(await startRun(ann, { runId })).toMatchObject({ ok: true });
		expect((await deal(ctx, plain))?.important).toBe(true);
		expect((await deal(ctx, foreign))?.important).toBe(false);
		expect((await getRun(ann, runId)).counts).toEqual({
			...{ total: 4, waiting: 0 },
			...{ changed: 1, same: 1, refused: 2 }
		});
		const refused = await listOutcomes(ann, runId);
		expect(refused.find(({ recordId }) => recordId === foreign)?.reasons).toEqual([
			{ code: 'forbidden' }
		]);
		// What somebody else began is nobody's business, and cannot be started twice.
		await expect(getRun(bob, runId)).rejects.toThrow(NotFound);
		await expect(undoRun(bob, { runId })).rejects.toThrow(NotFound);
		await expect(cancelRun(bob, { runId })).rejects.toThrow(NotFound);
		expect(await cancelRun(ann, { runId })).toMatchObject({ error: 'already_ended' });
		await expect(startRun(ann, { runId })).rejects.toThrow(NotFound);
	}
);

inRollback(
	'taking a run back gives every record what it had, except what others have changed since',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'operator', office);
		const bob = await aColleague(ctx, 'Bob', 'operator', office);
		const ids = [await aDeal(ann, { nextStep: 'Call' }), await aDeal(ann, { nextStep: 'Write' })];
		const [first = '', second = ''] = ids;
		const runId = await choose(ann, 'deal', { ids });
		await wishEdits(ann, runId, [
			{ field: 'nextStep', set: 'Meet' },
			{ field: 'important', set: true }
		]);
		await startRun(ann, { runId });
		expect(await deal(ctx, second)).toMatchObject({ nextStep: 'Meet', important: true });
		await saveDeal(bob, second, [{ field: 'nextStep', set: 'Met already' }]);

		const back = await undo(ann, runId);
		expect(await deal(ctx, first)).toMatchObject({ nextStep: 'Call', important: false });
		expect(await deal(ctx, second)).toMatchObject({ nextStep: 'Met already', important: false });
		const told = await listOutcomes(ann, back);
		expect(told).toMatchObject([
			{ recordId: second, reasons: [{ code: 'changed_since', field: 'nextStep' }] }
		]);
		// The taking back stands in the history as such, and can itself be taken back.
		const marks = await ctx.db.select().from(changes).where(eq(changes.batchId, back));
		expect(new Set(marks.map(({ source }) => source))).toEqual(new Set(['undo']));
		expect(await undoRun(ann, { runId })).toEqual({ ok: false, error: 'already_undone' });
		await undo(ann, back);
		expect(await deal(ctx, first)).toMatchObject({ nextStep: 'Meet', important: true });
	}
);

inRollback(
	'tags that a run adds go again with it, those that colleagues added beside it stay',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const malmo = await aSalesOffice(ctx, 'Malmö');
		const ann = await aColleague(ctx, 'Ann', 'operator', office);
		const admin = await aColleague(ctx, 'Ada', 'administrator', office);
		const tag = (name: string, departmentId = office.id) => ({ id: newId(), departmentId, name });
		const [vip, harbour] = [tag('VIP'), tag('Harbour')];
		await ctx.db.insert(tags).values([vip, harbour]);
		const id = await aCompany(ann);
		const abroad = await createCompany(admin, {
			values: { name: 'Öresund' },
			departmentId: malmo.id,
			ownerId: null
		});
		if (!abroad.ok) throw new Error(JSON.stringify(abroad));
		const runId = await choose(admin, 'company', { ids: [id, abroad.value.id] });
		await wishEdits(admin, runId, [{ field: 'tags', add: [vip.id] }]);
		// A tag is its department's: the other company cannot have it, and that is said beforehand.
		const preview = await rehearseRun(admin, await getRun(admin, runId));
		expect(preview).toMatchObject({ changes: 1, unfit: 1 });
		await startRun(admin, { runId });
		await saveCompany(ann, id, [{ field: 'tags', add: [harbour.id] }]);
		await undo(admin, runId);
		const kept = await ctx.db.select().from(companyTags).where(eq(companyTags.companyId, id));
		expect(kept.map(({ tagId }) => tagId)).toEqual([harbour.id]);
	}
);

inRollback(
	'two companies go to another owner with all their contacts, and the list that was open is returned to [T325, B326]',
	async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const ids = [await aCompany(ann, 'One'), await aCompany(ann, 'Other')];
		const people = await Promise.all(
			ids.map(async (companyId) => {
				const made = await createContact(ann, { name: 'Ida Berg', companyId, values: {} });
				if (!made.ok) throw new Error(JSON.stringify(made));
				return made.value.id;
			})
		);
		const query = 'owner=me&sort=name';
		const runId = await choose(ann, 'company', { act: 'hand_over', ids, query });
		await wishHeir(ann, { runId, ownerId: bob.actor.id });
		await startRun(ann, { runId });
		const owners = async () => [
			...(await Promise.all(ids.map(async (id) => (await company(ctx, id))?.ownerId))),
			...(await ctx.db.select().from(contacts)).map(({ ownerId }) => ownerId)
		];
		expect(await owners()).toEqual(Array(4).fill(bob.actor.id));
		// Only the list's question is kept, never an address: nobody is led elsewhere.
		expect(await getRun(ann, runId)).toMatchObject({ query, mayUndo: true });
		const history = await ctx.db
			.select()
			.from(changes)
			.where(and(eq(changes.batchId, runId), eq(changes.recordId, people[0] ?? '')));
		expect(history).toHaveLength(1);

		// They are not Ann's any more; giving them away was, and that she may take back.
		const back = await undo(ann, runId);
		expect((await getRun(ann, back)).counts).toMatchObject({ changed: 4, refused: 0 });
		expect(await owners()).toEqual(Array(4).fill(ann.actor.id));
	}
);

inRollback('what is thrown away together comes back together', async (ctx) => {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	const bob = await aColleague(ctx, 'Bob', 'manager', office);
	const [mine, foreign] = [await aDeal(ann), await aDeal(bob)];
	const runId = await choose(ann, 'deal', { act: 'trash', ids: [mine, foreign] });
	expect((await getRun(ann, runId)).counts).toMatchObject({ changed: 1, refused: 1 });
	expect((await deal(ctx, mine))?.deletedAt).not.toBeNull();
	expect((await deal(ctx, foreign))?.deletedAt).toBeNull();
	await undo(ann, runId);
	expect((await deal(ctx, mine))?.deletedAt).toBeNull();
});

inRollback(
	'everything that a filter finds is the list’s own finding, without what the actor may not see',
	async (ctx) => {
		const [office, malmo] = [await aSalesOffice(ctx, 'Hamburg'), await aSalesOffice(ctx, 'Malmö')];
		const ann = await aColleague(ctx, 'Ann', 'operator', office);
		const mats = await aColleague(ctx, 'Mats', 'operator', malmo);
		const wanted = [await aDeal(ann), await aDeal(ann)].sort();
		await aDeal(ann, { name: 'Something else' });
		await aDeal(mats);
		const runId = await choose(ann, 'deal', { all: '1', query: 'q=cranes' });
		const items = await ctx.db.select().from(bulkItems).where(eq(bulkItems.runId, runId));
		expect(items.map(({ recordId }) => recordId).sort()).toEqual(wanted);
		expect(await chooseRecords(ann, { kind: 'deal', act: 'edit', ids: [], query: '' })).toEqual({
			ok: false,
			error: 'nothing_chosen'
		});
		expect(await wishEdits(ann, runId, [{ field: 'owner', set: mats.actor.id }])).toMatchObject({
			faults: [{ field: 'owner', code: 'unknown_field' }]
		});
		const [run] = await ctx.db.select().from(bulkRuns).where(eq(bulkRuns.id, runId));
		expect(run?.wish).toBeNull();
	}
);

inRollback(
	'an operator changes records of each of his departments, those of another are not found [C16]',
	async (ctx) => {
		const offices = [
			await aSalesOffice(ctx, 'Hamburg'),
			await aSalesOffice(ctx, 'Malmö'),
			await aSalesOffice(ctx, 'Oslo')
		] as const;
		const people = await Promise.all(
			offices.map((office) => aColleague(ctx, 'Ann', 'manager', office))
		);
		const ids = await Promise.all(people.map((person) => aDeal(person)));
		const olga = await aColleague(ctx, 'Olga', 'operator', offices[0]);
		const departmentIds = [offices[0].id, offices[1].id];
		const both = { ...olga, actor: { ...olga.actor, departmentIds } };
		const runId = await choose(both, 'deal', { ids });
		await wishEdits(both, runId, [{ field: 'important', set: true }]);
		await startRun(both, { runId });
		expect((await getRun(both, runId)).counts).toMatchObject({ changed: 2, refused: 1 });
		const [refused] = await listOutcomes(both, runId);
		expect(refused).toMatchObject({
			...{ recordId: ids[2], title: null },
			reasons: [{ code: 'not_found' }]
		});
	}
);

test('what is much is done by the worker in the name of whoever began it, and stops when asked to', async () => {
	const ctx = systemCtx(db);
	const office = await aSalesOffice(ctx, 'Hamburg');
	await installStandardRoles(ctx);
	const [role] = await db.select().from(roles).where(eq(roles.key, 'operator'));
	const ann = await aColleague(ctx, 'Ann', 'operator', office);
	await db.insert(userRoles).values({ userId: ann.actor.id, roleId: role?.id ?? '' });
	const values = { department: office.id, owner: ann.actor.id };
	const many = Array.from({ length: AT_ONCE + 5 }, (_, at) => ({
		name: `Company ${at}`,
		...values
	}));
	await createMany(
		ann,
		companyRecords,
		many.map((values) => ({ values })),
		{}
	);
	const change = async (region: string) => {
		const runId = await choose(ann, 'company', { all: '1', query: '' });
		await wishEdits(ann, runId, [{ field: 'region', set: region }]);
		await startRun(ann, { runId });
		return runId;
	};
	const north = await change('North');
	expect((await getRun(ann, north)).state).toBe('queued');
	expect(await runJobs(ctx, 'bulk.run')).toBe(1);
	expect(await getRun(ann, north)).toMatchObject({
		state: 'done',
		counts: { changed: AT_ONCE + 5, waiting: 0 }
	});
	const [told] = await db.select().from(changes).where(eq(changes.batchId, north)).limit(1);
	expect(told?.actorId).toBe(ann.actor.id);

	const south = await change('South');
	await cancelRun(ann, { runId: south });
	await runJobs(ctx, 'bulk.run');
	expect(await getRun(ann, south)).toMatchObject({
		state: 'cancelled',
		counts: { changed: 0, waiting: AT_ONCE + 5 }
	});
});
