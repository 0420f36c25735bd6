import { and, asc, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { closeDeal } from '#lib/features/deals/commands.server.ts';
import { trashProduct } from '#lib/features/products/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, closingReasons, deals, lineItems } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { anItem, aPayment, aProduct, aShippedStage, theCurrencies } from '#tests/support/goods.ts';
import {
	addLineItem,
	changeLineItem,
	changeShipment,
	removeLineItem,
	shipItem,
	unshipItem
} from './commands.server.ts';
import { getShipment, listItemsOf, listShipments } from './queries.server.ts';
import { AddLineItem, shipmentList } from './schema.ts';

const EUR = (minor: string) => ({ minor, currency: 'EUR' });

/** Ann's office with a stage of shipped goods, a product and a deal of hers. */
async function begin(ctx: Ctx) {
	const now = { ...ctx, now: new Date('2026-11-20T10:00:00Z') };
	await theCurrencies(now);
	const office = await aSalesOffice(now, 'Hamburg');
	const shipped = await aShippedStage(now, office);
	const ann = await aColleague(now, 'Ann', 'manager', office);
	const productId = await aProduct(ann, { price: EUR('42500') });
	const dealId = await aDeal(ann, { amount: EUR('1000000'), stageId: office.offer });
	return { now, office: { ...office, shipped }, ann, productId, dealId };
}

async function itemOf(ctx: Ctx, id: string) {
	const [item] = await ctx.db.select().from(lineItems).where(eq(lineItems.id, id));
	return item;
}

async function dealOf(ctx: Ctx, id: string) {
	const [deal] = await ctx.db.select().from(deals).where(eq(deals.id, id));
	if (!deal) throw new Error('no such deal');
	return deal;
}

const actsOf = async (ctx: Ctx, dealId: string) =>
	(
		await ctx.db
			.select({ act: changes.act })
			.from(changes)
			.where(and(eq(changes.kind, 'deal'), eq(changes.recordId, dealId)))
			.orderBy(asc(changes.id))
	).map(({ act }) => act);

const query = (address = '') => readListQuery(new URLSearchParams(address), shipmentList);

describe('a line item', () => {
	inRollback(
		'[core 4.7] costs unit price × quantity less the discount, rounded once',
		async (ctx) => {
			const { ann, dealId, productId } = await begin(ctx);
			const id = await anItem(ann, {
				...{ dealId, productId, quantity: 3, discount: '12.5', price: EUR('3333') }
			});
			// 99.99 less an eighth is 87.49125.
			expect((await itemOf(ctx, id))?.amountMinor).toBe(8749n);
		}
	);

	inRollback('without a price of its own has the one of its product', async (ctx) => {
		const { ann, dealId, productId } = await begin(ctx);
		const id = await anItem(ann, { dealId, productId, quantity: 2 });
		expect(await itemOf(ctx, id)).toMatchObject({ amountMinor: 85_000n, currency: 'EUR' });
	});

	test('[C211] has a quantity of at least one, and a currency beside a price', () => {
		const [dealId, productId] = [newId(), newId()];
		const read = (input: object) => {
			const read = AddLineItem.safeParse({ dealId, productId, quantity: '1', ...input });
			return read.success
				? read.data.price
				: read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
		};
		expect(read({ quantity: '0' })).toEqual(['quantity quantity_zero']);
		expect(read({ price: '12,50' })).toEqual(['currency currency_needed']);
		expect(read({ price: '12,50', currency: 'EUR' })).toEqual(EUR('1250'));
		for (const price of ['', '0', undefined]) expect(read({ price })).toBeNull();
		expect(read({ quantity: '1.5' })).toEqual(['quantity not_a_quantity']);
		expect(read({ price: '-3', currency: 'EUR' })).toEqual(['price not_money']);
		expect(read({ discount: '101' })).toEqual(['discount not_a_discount']);
		expect(read({ contractOn: '2026-02-30' })).toEqual(['contractOn not_a_day']);
	});

	inRollback('is of a product of the deal’s own department', async (ctx) => {
		const { now, ann, dealId } = await begin(ctx);
		const tina = await aColleague(now, 'Tina', 'manager', await aSalesOffice(now, 'Malmö'));
		const productId = await aProduct(tina);
		const input = { dealId, productId, quantity: 1, price: null, discount: '0' };
		expect(await addLineItem(ann, input)).toEqual({ ok: false, error: 'product_unknown' });
	});

	inRollback('is added once however often one presses', async (ctx) => {
		const { ann, dealId, productId } = await begin(ctx);
		const input = { dealId, productId, itemId: newId(), quantity: 1, price: null, discount: '0' };
		await addLineItem(ann, input);
		expect(await addLineItem(ann, input)).toEqual({ ok: true, value: { dealId, isNew: false } });
		expect(await ctx.db.select().from(lineItems)).toHaveLength(1);
	});

	inRollback('is not changed over what somebody else has written meanwhile', async (ctx) => {
		const { ann, dealId, productId } = await begin(ctx);
		const itemId = await anItem(ann, { dealId, productId });
		const change = { itemId, rev: 1, quantity: 5, price: null, discount: '0' };
		expect(await changeLineItem(ann, change)).toMatchObject({ ok: true });
		expect(await changeLineItem(ann, { ...change, quantity: 7 })).toEqual({
			...{ ok: false, error: 'changed_meanwhile' }
		});
		expect((await itemOf(ctx, itemId))?.quantity).toBe(5);
	});

	inRollback('keeps its product: what deals have cannot be thrown away', async (ctx) => {
		const { ann, dealId, productId } = await begin(ctx);
		const itemId = await anItem(ann, { dealId, productId });
		expect(await trashProduct(ann, { id: productId })).toEqual({
			...{ ok: false, error: 'product_in_use' }
		});
		expect(await removeLineItem(ann, { itemId })).toMatchObject({ ok: true });
		expect(await trashProduct(ann, { id: productId })).toMatchObject({ ok: true });
	});

	inRollback(
		'is told in the deal’s history without its price, and whole in its own',
		async (ctx) => {
			const { ann, dealId, productId } = await begin(ctx);
			const itemId = await anItem(ann, { dealId, productId, price: EUR('77712345678') });
			await removeLineItem(ann, { itemId });
			expect((await actsOf(ctx, dealId)).sort()).toEqual(['create', 'item.added', 'item.removed']);
			const ofDeal = await ctx.db.select().from(changes).where(eq(changes.recordId, dealId));
			expect(JSON.stringify(ofDeal)).not.toContain('77712345678');
			const own = await ctx.db.select().from(changes).where(eq(changes.recordId, itemId));
			expect(own.find(({ act }) => act === 'item.removed')?.old).toMatchObject({
				unitPriceMinor: '77712345678'
			});
		}
	);

	inRollback('is summed up per currency and in the deal’s by today’s rates', async (ctx) => {
		const { ann, dealId, productId } = await begin(ctx);
		await anItem(ann, { dealId, productId, price: EUR('10000') });
		await anItem(ann, { dealId, productId, price: { minor: '5000', currency: 'USD' } });
		const deal = { ...(await dealOf(ctx, dealId)), amount: EUR('1'), coOwnerIds: [] };
		expect(await listItemsOf(ann, deal)).toMatchObject({
			totals: [EUR('10000'), { minor: '5000', currency: 'USD' }],
			converted: EUR('14000'),
			unrated: []
		});
		await anItem(ann, { dealId, productId, price: { minor: '900', currency: 'JPY' } });
		expect(await listItemsOf(ann, deal)).toMatchObject({ converted: null, unrated: ['JPY'] });
	});

	inRollback('[core 3.2] is a manager’s on his own deals, and no operator’s', async (ctx) => {
		const { now, office, ann, dealId, productId } = await begin(ctx);
		const itemId = await anItem(ann, { dealId, productId });
		const bob = await aColleague(now, 'Bob', 'manager', office);
		const olga = await aColleague(now, 'Olga', 'operator', office);
		const carl = await aColleague(now, 'Carl', 'chief', office);
		await expect(removeLineItem(bob, { itemId })).rejects.toThrow(Forbidden);
		await expect(removeLineItem(carl, { itemId })).rejects.toThrow(Forbidden);
		await expect(removeLineItem(olga, { itemId })).rejects.toThrow(NotFound);
		const deal = { amount: null, ...(await dealOf(ctx, dealId)), coOwnerIds: [] };
		expect(await listItemsOf(olga, deal)).toBeNull();
		expect((await listItemsOf(bob, deal))?.may).toEqual({
			...{ add: false, change: false, remove: false, ship: false }
		});
	});
});

describe('a shipment', () => {
	inRollback(
		'[core 5.15] moves the deal to shipped goods, with a next step for today',
		async (ctx) => {
			const { ann, office, dealId, productId } = await begin(ctx);
			const itemId = await anItem(ann, { dealId, productId, contractOn: '2026-12-01' });
			expect(await shipItem(ann, { itemId })).toMatchObject({ ok: true });
			expect(await dealOf(ctx, dealId)).toMatchObject({
				...{ stageId: office.shipped, nextStepOn: '2026-11-20' },
				nextStep: 'Pallet rack shipped (Ann)'
			});
			expect((await itemOf(ctx, itemId))?.shippedOn).toBe('2026-11-20');
			expect(await actsOf(ctx, dealId)).toContain('item.shipped');
			expect(await shipItem(ann, { itemId })).toEqual({ ok: false, error: 'already_shipped' });
		}
	);

	inRollback(
		'[C209] taken back is none, and with the last one the deal is back where it was',
		async (ctx) => {
			const { ann, office, dealId, productId } = await begin(ctx);
			const due = { dealId, productId, contractOn: '2026-12-01' };
			const [first, second] = [await anItem(ann, due), await anItem(ann, due)];
			await shipItem(ann, { itemId: first });
			await shipItem(ann, { itemId: second });
			await unshipItem(ann, { itemId: first });
			expect((await itemOf(ctx, first))?.shippedOn).toBeNull();
			expect((await dealOf(ctx, dealId)).stageId).toBe(office.shipped);
			await unshipItem(ann, { itemId: second });
			expect((await dealOf(ctx, dealId)).stageId).toBe(office.offer);
		}
	);

	inRollback('of a deal that has ended leaves it where it is', async (ctx) => {
		const { now, ann, office, dealId, productId } = await begin(ctx);
		const itemId = await anItem(ann, { dealId, productId, contractOn: '2026-12-01' });
		await now.db.insert(closingReasons).values({
			...{ id: newId(), departmentId: office.id, name: 'Won', outcome: 'won', position: 'a0' }
		});
		await closeDeal(ann, { dealId, outcome: 'won' });
		expect(await shipItem(ann, { itemId })).toMatchObject({ ok: true });
		expect((await dealOf(ctx, dealId)).stageId).toBe(office.won);
	});

	inRollback('begins with a day by the contract, and stays once it has gone out', async (ctx) => {
		const { ann, dealId, productId } = await begin(ctx);
		const itemId = await anItem(ann, { dealId, productId });
		expect(await shipItem(ann, { itemId })).toEqual({ ok: false, error: 'no_contract_day' });
		await changeLineItem(ann, {
			...{ itemId, rev: 1, quantity: 1, price: null, discount: '0', contractOn: '2026-12-01' }
		});
		await shipItem(ann, { itemId });
		expect(await removeLineItem(ann, { itemId })).toEqual({ ok: false, error: 'item_shipped' });
	});

	inRollback(
		'[C210] is listed once it has a day by the contract, to a manager of his own deals',
		async (ctx) => {
			const { now, ann, office, dealId, productId } = await begin(ctx);
			await anItem(ann, { dealId, productId });
			const [late, open] = [
				await anItem(ann, { dealId, productId, contractOn: '2026-11-01' }),
				await anItem(ann, { dealId, productId, contractOn: '2026-12-01' })
			];
			const idsFor = async (by: Ctx, address = '') =>
				(await listShipments(by, query(address))).page.rows.map(({ id }) => id);
			expect(await idsFor(ann)).toEqual([open, late]);
			expect(await idsFor(ann, 'state=late')).toEqual([late]);
			expect(await idsFor(ann, 'from=2026-11-15&until=2026-12-31')).toEqual([open]);
			expect(await idsFor(await aColleague(now, 'Bob', 'manager', office))).toEqual([]);
			expect(await idsFor(await aColleague(now, 'Toni', 'task_operator'))).toEqual([open, late]);
			expect(await idsFor(await aColleague(now, 'Acca', 'accountant'))).toEqual([]);
		}
	);

	inRollback(
		'shows what of the deal is paid, the order, and the next guaranteed payment',
		async (ctx) => {
			const { ann, dealId, productId } = await begin(ctx);
			await anItem(ann, { dealId, productId, contractOn: '2026-12-01' });
			await aPayment(ann, { dealId, amountMinor: 250_000n, currency: 'USD', orderNumber: 'B-1' });
			await aPayment(ann, { dealId, status: 'guaranteed', paidOn: '2026-12-24' });
			const { page } = await listShipments(ann, query());
			expect(page.rows[0]).toMatchObject({
				...{ paid: 0.2, orderNumber: 'B-1', guaranteedOn: '2026-12-24', mayOpenDeal: true }
			});
		}
	);

	inRollback(
		'[core 3.4] is planned and shipped by the warehouse, which opens no deals',
		async (ctx) => {
			const { now, ann, office, dealId, productId } = await begin(ctx);
			const itemId = await anItem(ann, { dealId, productId, contractOn: '2026-12-01' });
			const { actor } = await aColleague(now, 'Stan', 'co_worker');
			const permissions = { 'shipment.read': 'all', 'shipment.update': 'all' } as const;
			const stan = { ...now, actor: { ...actor, permissions } };
			const said = { itemId, rev: 1, plannedOn: '2026-11-25', serialNumber: 'SN 7' };
			expect(await changeShipment(stan, said)).toMatchObject({ ok: true });
			expect(await getShipment(stan, itemId)).toMatchObject({
				...{ plannedOn: '2026-11-25', serialNumber: 'SN 7', mayEdit: true, mayOpenDeal: false }
			});
			expect(await changeShipment(stan, said)).toEqual({ ok: false, error: 'changed_meanwhile' });
			await changeShipment(stan, { ...said, rev: 2, shippedOn: '2026-11-19' });
			expect((await dealOf(ctx, dealId)).stageId).toBe(office.shipped);
			const [moved] = await ctx.db
				.select()
				.from(changes)
				.where(and(eq(changes.recordId, dealId), eq(changes.field, 'stage')));
			expect(moved?.actorId).toBe(actor.id);
			const toni = await aColleague(now, 'Toni', 'task_operator');
			await expect(changeShipment(toni, { ...said, rev: 3 })).rejects.toThrow(Forbidden);
		}
	);
});
