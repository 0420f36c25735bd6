import { and, asc, eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { changeStage } from '#lib/features/settings/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, closingReasons, dealCoOwners, deals } from '#lib/server/db/tables/index.ts';
import { commitMany } from '#lib/server/records/commit-many.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { assignDeal, closeDeal, moveDeal, reopenDeal, saveDeal } from './commands.server.ts';
import { getDeal, listDeals } from './queries.server.ts';
import { dealRecords } from './record.server.ts';
import { dealList } from './schema.ts';

const DAY_MS = 86_400_000;

const later = (ctx: Ctx, days: number): Ctx => ({
	...ctx,
	now: new Date(ctx.now.getTime() + days * DAY_MS)
});

const ORDINARY = {
	...{ probability: null, staleAfterDays: null },
	...{ isSecondDefault: false, isConditionalSuccess: false }
};

async function begin(ctx: Ctx) {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	return { office, ann };
}

async function rowOf(ctx: Ctx, dealId: string) {
	const [row] = await ctx.db.select().from(deals).where(eq(deals.id, dealId));
	if (!row) throw new Error('no such deal');
	return row;
}

const rename = (name: string) => [{ field: 'name', set: name }];

describe('the second default stage', () => {
	inRollback(
		'[C176, B177] takes a deal in as soon as somebody works on it, with an entry of the history',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const before = await aDeal(ann);
			await changeStage(ctx, { ...ORDINARY, stageId: office.offer, isSecondDefault: true });
			const after = await aDeal(ann);
			for (const dealId of [before, after]) {
				await saveDeal(ann, dealId, rename('Forty cranes'));
				expect((await rowOf(ctx, dealId)).stageId).toBe(office.offer);
				const history = await ctx.db
					.select()
					.from(changes)
					.where(and(eq(changes.recordId, dealId), eq(changes.act, 'edit')))
					.orderBy(asc(changes.rev));
				expect(history).toMatchObject([
					{ field: 'name', actorId: ann.actor.id },
					{ field: 'stage', old: office.first, new: office.offer, actorId: ann.actor.id }
				]);
			}
		}
	);

	inRollback('[SYNC-60, SYNC-84] takes in many as it takes in one', async (ctx) => {
		const { office, ann } = await begin(ctx);
		await changeStage(ctx, { ...ORDINARY, stageId: office.offer, isSecondDefault: true });
		const ids = [await aDeal(ann), await aDeal(ann)];
		const wishes = ids.map((id) => ({ id, edits: rename('One of many') }));
		const answers = await commitMany(ann, dealRecords, wishes);
		for (const id of ids) {
			expect(await rowOf(ctx, id)).toMatchObject({ rev: 3, stageId: office.offer });
			expect(answers.get(id)).toMatchObject({ ok: true, rev: 3 });
		}
	});

	inRollback('does not move what is only handed over, looked after, or moved back', async (ctx) => {
		const { office, ann } = await begin(ctx);
		await changeStage(ctx, { ...ORDINARY, stageId: office.offer, isSecondDefault: true });
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const olga = await aColleague(ctx, 'Olga', 'operator', office);
		const dealId = await aDeal(ann);
		await saveDeal(olga, dealId, rename('Tidied up'));
		await assignDeal(ann, { dealId, ownerId: bob.actor.id });
		expect((await rowOf(ctx, dealId)).stageId).toBe(office.first);
		await saveDeal(bob, dealId, rename('Taken up'));
		await moveDeal(bob, { dealId, stageId: office.first });
		expect((await rowOf(ctx, dealId)).stageId).toBe(office.first);
		// Nothing moves any more once the flag is gone.
		await changeStage(ctx, { ...ORDINARY, stageId: office.offer });
		await saveDeal(bob, dealId, rename('Left where it is'));
		expect((await rowOf(ctx, dealId)).stageId).toBe(office.first);
	});
});

describe('a deal', () => {
	inRollback('[C180] is new until its owner has saved', async (ctx) => {
		const { office, ann } = await begin(ctx);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		const dealId = await aDeal(ann, { ownerId: bob.actor.id });
		await ctx.db.insert(dealCoOwners).values({ dealId, userId: ann.actor.id });
		await saveDeal(ann, dealId, rename('For Bob'));
		const names = async () => (await getDeal(bob, dealId)).signals.map(({ name }) => name);
		expect(await names()).toEqual(['new']);
		await saveDeal(bob, dealId, rename('By Bob'));
		expect(await names()).toEqual([]);
	});

	inRollback(
		'[B171] is won from its first payment on, and not any more when it falls back or is opened again',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			await ctx.db.insert(closingReasons).values({
				...{ id: newId(), departmentId: office.id, name: 'Won', outcome: 'won', position: 'a0' }
			});
			await changeStage(ctx, { ...ORDINARY, stageId: office.offer, isConditionalSuccess: true });
			const dealId = await aDeal(ann, { amount: { minor: '100', currency: 'EUR' } });
			const wonAt = async () => (await rowOf(ctx, dealId)).wonAt;
			expect(await wonAt()).toBe(null);
			await moveDeal(ann, { dealId, stageId: office.offer });
			expect(await wonAt()).toEqual(ann.now);
			await moveDeal(ann, { dealId, stageId: office.first });
			expect(await wonAt()).toBe(null);
			await closeDeal(later(ann, 2), { dealId, outcome: 'won' });
			expect(await wonAt()).toEqual(later(ann, 2).now);
			await reopenDeal(ann, { dealId });
			expect(await wonAt()).toBe(null);
		}
	);

	inRollback(
		'[core 5.11] grows stale in a stage after the days that are said of it, for list and page alike',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			await changeStage(ctx, { ...ORDINARY, stageId: office.offer, staleAfterDays: 3 });
			const dealId = await aDeal(ann, { nextStepOn: '2099-01-01' });
			await moveDeal(later(ann, 1), { dealId, stageId: office.offer });
			const stale = async (days: number) => {
				const reader = later(ann, days);
				const query = readListQuery(new URLSearchParams(), dealList);
				const [row] = (await listDeals(reader, query)).page.rows;
				const page = await getDeal(reader, dealId);
				expect(page.signals).toEqual(row?.signals);
				return page.signals.filter(({ name }) => name === 'stale');
			};
			expect(await stale(3)).toEqual([]);
			expect(await stale(4)).toEqual([{ name: 'stale', days: 3 }]);
			const { visits, stageSince } = await getDeal(ann, dealId);
			expect(stageSince).toEqual(later(ann, 1).now);
			expect(visits).toEqual([
				{ stageId: office.offer, since: later(ann, 1).now, until: null },
				{
					stageId: office.first,
					since: (await rowOf(ctx, dealId)).createdAt,
					until: later(ann, 1).now
				}
			]);
		}
	);
});
