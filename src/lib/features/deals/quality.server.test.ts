import { eq } from 'drizzle-orm';
import { describe, expect } from 'vitest';
import { addCurrency } from '#lib/features/currencies/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	lineItems,
	payments,
	products,
	qualityEvents
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice, type SalesOffice } from '#tests/support/deals.ts';
import {
	addQualitySignal,
	changeQualitySignal,
	noteQuality,
	removeQuality,
	removeQualitySignal
} from './commands.server.ts';
import { getBoard, getDeal, listDeals, listQualitySignals } from './queries.server.ts';
import { dealList } from './schema.ts';

async function begin(ctx: Ctx) {
	const office = await aSalesOffice(ctx, 'Hamburg');
	return { office, ann: await aColleague(ctx, 'Ann', 'manager', office) };
}

async function aSignal(ctx: Ctx, office: SalesOffice, name: string, weight: number) {
	const added = await addQualitySignal(ctx, { departmentId: office.id, name, weight });
	if (!added.ok) throw new Error(added.error);
	return added.value.signalId;
}

const signalsOf = async (ctx: Ctx, dealId: string) => (await getDeal(ctx, dealId)).signals;

describe('the quality of a deal', () => {
	inRollback(
		'[C186] is a hundred less what was noted against it, on page, list and board; none without a note',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const slow = await aSignal(ann, office, 'Answers late', -5);
			const dealId = await aDeal(ann, { nextStepOn: '2099-01-01' });
			const scores = async () =>
				(await signalsOf(ann, dealId)).filter(({ name }) => name === 'quality');
			expect(await scores()).toEqual([]);
			const noted = await noteQuality(ann, { dealId, signalId: slow });
			await noteQuality(ann, {
				dealId,
				signalId: slow,
				qualityWeight: -10,
				qualityDetails: 'Again'
			});
			expect(await scores()).toEqual([{ name: 'quality', score: 85 }]);
			const listed = await listDeals(ann, readListQuery(new URLSearchParams(), dealList));
			expect(listed.page.rows[0]?.signals).toEqual(await signalsOf(ann, dealId));
			const stage = { id: office.first, name: 'New', outcome: 'open', isDefault: true } as const;
			const flags = { isSecondDefault: false, isConditionalSuccess: false };
			const stages = [{ ...stage, ...flags, staleAfterDays: null, probability: null }];
			const pipeline = { id: office.pipelineId, name: 'Sales', departmentId: office.id, stages };
			const board = await getBoard(ann, { pipeline, q: '', filters: {}, shown: {} });
			expect(board.columns[0]?.cards[0]?.signals).toEqual(await signalsOf(ann, dealId));
			if (!noted.ok) throw new Error(noted.error);
			await removeQuality(ann, { dealId, eventId: noted.value.eventId });
			expect(await scores()).toEqual([{ name: 'quality', score: 90 }]);
			const history = await ctx.db.select().from(changes).where(eq(changes.recordId, dealId));
			expect(history.map(({ act }) => act)).toEqual(
				expect.arrayContaining(['quality.noted', 'quality.taken_back'])
			);
		}
	);

	inRollback(
		'is noted by whoever may edit the deal, with signals of its department',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const malmo = await aSalesOffice(ctx, 'Malmö');
			const elsewhere = await aSignal(ctx, malmo, 'Answers late', -5);
			const own = await aSignal(ctx, office, 'Answers late', -5);
			const dealId = await aDeal(ann);
			expect(await noteQuality(ann, { dealId, signalId: elsewhere })).toEqual({
				...{ ok: false, error: 'signal_unknown' }
			});
			const bob = await aColleague(ctx, 'Bob', 'manager', office);
			await expect(noteQuality(bob, { dealId, signalId: own })).rejects.toThrow(Forbidden);
			const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
			await expect(noteQuality(tina, { dealId, signalId: own })).rejects.toThrow(NotFound);
		}
	);
});

describe('quality signals', () => {
	inRollback('are their department’s managers’ to keep', async (ctx) => {
		const { office, ann } = await begin(ctx);
		const malmo = await aSalesOffice(ctx, 'Malmö');
		const signalId = await aSignal(ann, office, 'Answers late', -5);
		expect(
			await addQualitySignal(ann, { departmentId: office.id, name: 'ANSWERS late', weight: 1 })
		).toEqual({
			...{ ok: false, error: 'name_taken' }
		});
		const olga = await aColleague(ctx, 'Olga', 'operator', office);
		const change = { signalId, name: 'Slow', weight: -7 };
		await expect(changeQualitySignal(olga, change)).rejects.toThrow(NotFound);
		const tina = await aColleague(ctx, 'Tina', 'manager', malmo);
		await expect(changeQualitySignal(tina, change)).rejects.toThrow(NotFound);
		const carl = await aColleague(ctx, 'Carl', 'chief');
		await expect(changeQualitySignal(carl, change)).rejects.toThrow(Forbidden);
		expect((await listQualitySignals(tina)).map(({ name }) => name)).toEqual(['Malmö']);
	});

	inRollback(
		'change nothing of what was noted with them, and stay as long as it stands',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const signalId = await aSignal(ann, office, 'Answers late', -5);
			const dealId = await aDeal(ann);
			await noteQuality(ann, { dealId, signalId });
			await changeQualitySignal(ann, { signalId, name: 'Slow', weight: -50 });
			const [event] = await ctx.db.select().from(qualityEvents);
			expect(event?.weight).toBe(-5);
			expect(await removeQualitySignal(ann, { signalId })).toEqual({ ok: false, error: 'in_use' });
			await removeQuality(ann, { dealId, eventId: event?.id ?? '' });
			expect(await removeQualitySignal(ann, { signalId })).toMatchObject({ ok: true });
		}
	);
});

describe('goods and money', () => {
	inRollback(
		'[B185] say that a shipment is late until it has gone out, and to whoever may know of them',
		async (ctx) => {
			const { office, ann } = await begin(ctx);
			const dealId = await aDeal(ann, { nextStepOn: '2099-01-01' });
			const [productId, itemId] = [newId(), newId()];
			const product = { id: productId, name: 'Rack', departmentId: office.id };
			await ctx.db.insert(products).values(product);
			const item = { id: itemId, dealId, productId, contractOn: '2026-01-02' };
			await ctx.db.insert(lineItems).values([item, { id: newId(), dealId, productId }]);
			const names = async (reader: Ctx) =>
				(await signalsOf(reader, dealId)).map(({ name }) => name).filter((name) => name !== 'new');
			expect(await names(ann)).toEqual(['late_shipment']);
			await addCurrency(ctx, { code: 'EUR' });
			await ctx.db.insert(payments).values({
				...{ id: newId(), dealId, amountMinor: 5n, currency: 'EUR' },
				...{ paidOn: '2026-01-03', status: 'received' }
			});
			expect(await names(ann)).toEqual(['late_shipment', 'days_missing', 'paid']);
			const olga = await aColleague(ctx, 'Olga', 'operator', office);
			expect(await names(olga)).toEqual([]);
			const shippedOn = '2026-01-05';
			await ctx.db.update(lineItems).set({ shippedOn }).where(eq(lineItems.id, itemId));
			expect(await names(ann)).toEqual(['days_missing', 'paid']);
		}
	);
});
