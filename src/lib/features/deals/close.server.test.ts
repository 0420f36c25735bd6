import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	closingReasons,
	companies,
	companyIndustries,
	dealClosures,
	deals,
	industries,
	stages
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice, type SalesOffice } from '#tests/support/deals.ts';
import {
	changeClosing,
	changePipeline,
	closeDeal,
	linkDeal,
	moveDeal,
	reopenDeal,
	saveDeal
} from './commands.server.ts';
import { getBoard, listDeals } from './queries.server.ts';
import { dealList } from './schema.ts';

const AMOUNT = { minor: '129900', currency: 'EUR' };

async function reasonsOf(ctx: Ctx, office: SalesOffice) {
	const reason = (name: string, outcome: 'won' | 'lost', position: string) => ({
		...{ id: newId(), departmentId: office.id, name, outcome, position }
	});
	const [won, price] = [reason('Won', 'won', 'a0'), reason('Price', 'lost', 'a1')];
	await ctx.db.insert(closingReasons).values([won, price]);
	return { won: won.id, price: price.id };
}

/** Ann's office with the usual ends and reasons. */
async function begin(ctx: Ctx) {
	const office = await aSalesOffice(ctx, 'Hamburg');
	const lost = newId();
	await ctx.db.insert(stages).values({
		...{ id: lost, pipelineId: office.pipelineId, name: 'Lost' },
		...{ position: 'a3', outcome: 'lost' as const }
	});
	const reasons = await reasonsOf(ctx, office);
	const ann = await aColleague(ctx, 'Ann', 'manager', office);
	return { office: { ...office, lost }, reasons, ann };
}

async function rowOf(ctx: Ctx, dealId: string) {
	const [deal] = await ctx.db.select().from(deals).where(eq(deals.id, dealId));
	const [closure] = await ctx.db.select().from(dealClosures).where(eq(dealClosures.dealId, dealId));
	return { stageId: deal?.stageId, closure };
}

const actsOf = async (ctx: Ctx, dealId: string) =>
	(await ctx.db.select().from(changes).where(eq(changes.recordId, dealId))).map(({ act }) => act);

describe('a deal that ends', () => {
	inRollback(
		'[C169] is won with the reason of success, in the won stage, at this moment',
		async (ctx) => {
			const { office, reasons, ann } = await begin(ctx);
			const dealId = await aDeal(ann, { amount: AMOUNT });
			expect(await closeDeal(ann, { dealId, outcome: 'won' })).toEqual({
				ok: true,
				value: { dealId }
			});
			expect(await rowOf(ctx, dealId)).toMatchObject({
				stageId: office.won,
				closure: {
					...{ outcome: 'won', reasonId: reasons.won, closedBy: ann.actor.id },
					...{ closedAt: ann.now, fromStageId: office.first }
				}
			});
			expect(await actsOf(ctx, dealId)).toContain('deal.closed');
		}
	);

	inRollback('[core 5.12] is not won without an amount', async (ctx) => {
		const { ann } = await begin(ctx);
		const dealId = await aDeal(ann);
		const tried = await closeDeal(ann, { dealId, outcome: 'won' });
		expect(tried).toEqual({ ok: false, error: 'amount_needed' });
	});

	inRollback('is lost for a reason of its own department', async (ctx) => {
		const { office, reasons, ann } = await begin(ctx);
		const elsewhere = await reasonsOf(ctx, await aSalesOffice(ctx, 'Malmö'));
		const dealId = await aDeal(ann);
		for (const reasonId of [undefined, reasons.won, elsewhere.price]) {
			expect(await closeDeal(ann, { dealId, outcome: 'lost', reasonId })).toEqual({
				...{ ok: false, error: 'reason_needed' }
			});
		}
		await closeDeal(ann, { dealId, outcome: 'lost', reasonId: reasons.price });
		expect(await rowOf(ctx, dealId)).toMatchObject({
			stageId: office.lost,
			closure: { outcome: 'lost', reasonId: reasons.price }
		});
	});

	inRollback(
		'[C172] is irrelevant without any reason, and comes back all the same',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const dealId = await aDeal(ann);
			await closeDeal(ann, { dealId, outcome: 'irrelevant' });
			expect((await rowOf(ctx, dealId)).closure).toMatchObject({
				outcome: 'irrelevant',
				reasonId: null
			});
			await reopenDeal(ann, { dealId });
			expect(await rowOf(ctx, dealId)).toEqual({ stageId: office.first, closure: undefined });
		}
	);

	inRollback('ends once: the second who presses learns it', async (ctx) => {
		const { reasons, ann } = await begin(ctx);
		const dealId = await aDeal(ann, { amount: AMOUNT });
		await closeDeal(ann, { dealId, outcome: 'won' });
		const late = await closeDeal(ann, { dealId, outcome: 'lost', reasonId: reasons.price });
		expect(late).toEqual({ ok: false, error: 'already_closed' });
		expect((await rowOf(ctx, dealId)).closure?.outcome).toBe('won');
	});

	inRollback('[C170, B171] is opened again where it was, with its history', async (ctx) => {
		const { office, ann } = await begin(ctx);
		const dealId = await aDeal(ann, { amount: AMOUNT, stageId: office.offer });
		await closeDeal(ann, { dealId, outcome: 'won' });
		await reopenDeal(ann, { dealId });
		expect(await rowOf(ctx, dealId)).toEqual({ stageId: office.offer, closure: undefined });
		expect(await actsOf(ctx, dealId)).toEqual(
			expect.arrayContaining(['deal.closed', 'deal.reopened'])
		);
		expect(await reopenDeal(ann, { dealId })).toEqual({ ok: false, error: 'not_closed' });
	});

	inRollback(
		'is opened at the default stage when its old one is not open any more',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const dealId = await aDeal(ann, { amount: AMOUNT, stageId: office.offer });
			await closeDeal(ann, { dealId, outcome: 'won' });
			// Of each end a pipeline has one stage.
			await ctx.db.delete(stages).where(eq(stages.id, office.lost));
			await ctx.db.update(stages).set({ outcome: 'lost' }).where(eq(stages.id, office.offer));
			await reopenDeal(ann, { dealId });
			expect((await rowOf(ctx, dealId)).stageId).toBe(office.first);
		}
	);

	inRollback('is opened at the stage of shipped goods when it was won from there', async (ctx) => {
		const { office, ann } = await begin(ctx);
		const dealId = await aDeal(ann, { amount: AMOUNT, stageId: office.offer });
		await ctx.db.update(stages).set({ outcome: 'shipped' }).where(eq(stages.id, office.offer));
		await closeDeal(ann, { dealId, outcome: 'won' });
		await reopenDeal(ann, { dealId });
		expect((await rowOf(ctx, dealId)).stageId).toBe(office.offer);
	});

	inRollback('[B190] in a department without a reason of success it says so', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const dealId = await aDeal(ann, { amount: AMOUNT });
		const tried = await closeDeal(ann, { dealId, outcome: 'won' });
		expect(tried).toEqual({ ok: false, error: 'no_success_reason' });
	});

	inRollback(
		'is moved neither by a card, nor by its stage, nor into another pipeline',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const dealId = await aDeal(ann, { amount: AMOUNT });
			await closeDeal(ann, { dealId, outcome: 'won' });
			expect(await moveDeal(ann, { dealId, stageId: office.offer })).toMatchObject({ ok: false });
			const edits = [{ field: 'stage', set: office.offer, base: office.won }];
			expect(await saveDeal(ann, dealId, edits)).toMatchObject({ ok: false });
			const moved = await changePipeline(ann, { dealId, pipelineId: office.pipelineId });
			expect(moved).toEqual({ ok: false, error: 'closed' });
		}
	);

	inRollback('is ended by whoever may edit it as a whole, not by a chief', async (ctx) => {
		const { office, ann } = await begin(ctx);
		const dealId = await aDeal(ann, { amount: AMOUNT });
		const chief = await aColleague(ctx, 'Carl', 'chief', office);
		await expect(closeDeal(chief, { dealId, outcome: 'won' })).rejects.toThrow(Forbidden);
		const bob = await aColleague(ctx, 'Bob', 'manager', office);
		await expect(reopenDeal(bob, { dealId })).rejects.toThrow(Forbidden);
	});
});

const PLAIN = {
	...{ isDefault: false, isSecondDefault: false, isConditionalSuccess: false },
	...{ staleAfterDays: null, probability: null }
};

describe('a deal that has ended', () => {
	inRollback(
		'[core 5.24] gets another end by the same rules, from the day of the change on',
		async (ctx) => {
			const { office, reasons, ann } = await begin(ctx);
			const dealId = await aDeal(ann, { stageId: office.offer });
			const lost = { dealId, outcome: 'lost', reasonId: reasons.price } as const;
			await closeDeal(ann, lost);
			const won = { dealId, outcome: 'won' } as const;
			expect(await changeClosing(ann, won)).toEqual({ ok: false, error: 'amount_needed' });
			await saveDeal(ann, dealId, [{ field: 'amount', set: AMOUNT }]);
			const later = { ...ann, now: new Date(ann.now.getTime() + 86_400_000) };
			expect(await changeClosing(later, won)).toEqual({
				ok: true,
				value: { dealId, was: { outcome: 'lost', reasonId: reasons.price } }
			});
			expect(await rowOf(ctx, dealId)).toMatchObject({
				stageId: office.won,
				closure: {
					...{ outcome: 'won', reasonId: reasons.won, closedAt: later.now },
					fromStageId: office.offer
				}
			});
			expect(await actsOf(ctx, dealId)).toContain('deal.closing_changed');
			// And it is opened again where it was before its first end.
			await reopenDeal(ann, { dealId });
			expect((await rowOf(ctx, dealId)).stageId).toBe(office.offer);
			expect(await changeClosing(ann, lost)).toEqual({ ok: false, error: 'not_closed' });
		}
	);

	inRollback('does not stay in the stage of its old end when the new one has none', async (ctx) => {
		const office = await aSalesOffice(ctx, 'Hamburg');
		await reasonsOf(ctx, office);
		const ann = await aColleague(ctx, 'Ann', 'manager', office);
		const dealId = await aDeal(ann, { amount: AMOUNT, stageId: office.offer });
		await closeDeal(ann, { dealId, outcome: 'won' });
		await changeClosing(ann, { dealId, outcome: 'irrelevant' });
		expect(await rowOf(ctx, dealId)).toMatchObject({
			stageId: office.offer,
			closure: { outcome: 'irrelevant' }
		});
	});

	inRollback(
		'[C181] is shown when it is asked for: by its end, reason, day or stage',
		async (ctx) => {
			const { office, reasons, ann } = await begin(ctx);
			const [open, won, lost] = [
				await aDeal(ann),
				await aDeal(ann, { amount: AMOUNT }),
				await aDeal(ann)
			];
			await closeDeal(ann, { dealId: won, outcome: 'won' });
			const companyId = newId();
			const company = { id: companyId, name: 'Acme', departmentId: office.id };
			await ctx.db.insert(companies).values(company);
			await linkDeal(ann, { dealId: won, companyId });
			const may = { ...ann, now: new Date('2026-05-03T22:30:00Z') };
			await closeDeal(may, { dealId: lost, outcome: 'lost', reasonId: reasons.price });
			const shown = async (address: string) => {
				const listed = await listDeals(ann, readListQuery(new URLSearchParams(address), dealList));
				return new Set(listed.page.rows.map(({ id }) => id));
			};
			expect(await shown('')).toEqual(new Set([open]));
			expect(await shown('status=won')).toEqual(new Set([won]));
			expect(await shown('status=irrelevant')).toEqual(new Set());
			expect(await shown('status=all')).toEqual(new Set([open, won, lost]));
			expect(await shown(`reason=${reasons.price}`)).toEqual(new Set([lost]));
			expect(await shown(`company=${companyId}`)).toEqual(new Set([won]));
			const industryId = newId();
			const industry = { id: industryId, departmentId: office.id, name: 'Ports' };
			await ctx.db.insert(industries).values(industry);
			await ctx.db.insert(companyIndustries).values({ companyId, industryId });
			expect(await shown(`industry=${industryId}&status=all`)).toEqual(new Set([won]));
			expect(await shown(`stage=${office.won}`)).toEqual(new Set([won]));
			// Half past ten in the evening at Greenwich is the next day in Ann's office.
			expect(await shown('closedFrom=2026-05-04&closedUntil=2026-05-04')).toEqual(new Set([lost]));
			expect(await shown('closedUntil=2026-05-03')).toEqual(new Set());
		}
	);

	inRollback('lies on the board only where it is asked for', async (ctx) => {
		const { office, ann } = await begin(ctx);
		const dealId = await aDeal(ann, { amount: AMOUNT });
		await closeDeal(ann, { dealId, outcome: 'won' });
		const stage = { id: office.won, name: 'Won', outcome: 'won', ...PLAIN } as const;
		const pipeline = {
			id: office.pipelineId,
			name: 'Sales',
			departmentId: office.id,
			stages: [stage]
		};
		const cards = async (filters: Record<string, string>) =>
			(await getBoard(ann, { pipeline, q: '', filters, shown: {} })).columns[0]?.count;
		expect(await cards({})).toBe(0);
		expect(await cards({ status: 'won' })).toBe(1);
	});
});
