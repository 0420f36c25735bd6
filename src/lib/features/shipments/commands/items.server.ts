import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import { lockDealFor, type LockedDeal, tellBeside } from '#lib/features/deals/commands.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import type { Money } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { currencies, deals, lineItems, products } from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { AddLineItem, ChangeLineItem, OneLineItem } from '../schema.ts';
import { lockItem } from './lock.server.ts';

type Item = typeof lineItems.$inferSelect;

/**
 * Adds a product to a deal; without a price of its own at the product's, when that is in this deal's reach.
 * Not new when the id has been used already.
 */
export function addLineItem(ctx: Ctx, input: AddLineItem) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockDealFor(ctx, input.dealId, 'lineItem', 'create');
		const product = await productFor(ctx, deal, input.productId);
		if (!product) return fail('product_unknown');
		const price = input.price ?? priceOf(product);
		if (price && !(await isCurrency(ctx, price.currency))) return fail('currency_unknown');
		const isNew = await insert(ctx, deal, product, columnsOf(input, price), input.itemId);
		return ok({ dealId: deal.id, isNew });
	});
}

/**
 * Begins a new deal's line items: one of each of these products, at its own price [core 5.8]. For commands that
 * make a deal, with whose right it is done.
 */
export function carryProducts(
	ctx: Ctx,
	{ dealId, productIds }: { readonly dealId: string; readonly productIds: readonly string[] }
): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const [deal] = await ctx.db.select().from(deals).where(eq(deals.id, dealId));
		if (!deal || productIds.length === 0) return;
		const carried = await ctx.db
			.select()
			.from(products)
			.where(and(inArray(products.id, [...productIds]), isNull(products.deletedAt)))
			.orderBy(asc(products.name), asc(products.id))
			.for('key share');
		for (const product of carried) {
			const price = priceOf(product);
			// A price in a currency that is not kept here is asked for again.
			const isKnown = price !== null && (await isCurrency(ctx, price.currency));
			const columns = columnsOf({ quantity: 1, discount: '0' }, isKnown ? price : null);
			await insert(ctx, { ...deal, coOwnerIds: [] }, product, columns);
		}
	});
}

async function insert(
	ctx: Ctx,
	deal: LockedDeal,
	product: typeof products.$inferSelect,
	columns: ReturnType<typeof columnsOf>,
	itemId = newId()
): Promise<boolean> {
	const [added] = await ctx.db
		.insert(lineItems)
		.values({
			...columns,
			...{ id: itemId, dealId: deal.id, productId: product.id },
			...{ createdAt: ctx.now, createdBy: personOf(ctx) },
			...{ updatedAt: ctx.now, modifiedBy: personOf(ctx) }
		})
		// The form's id is its key: pressing twice adds once.
		.onConflictDoNothing()
		.returning();
	if (!added) return false;
	await tellBeside(ctx, deal, {
		...{ noun: 'shipment', id: added.id, act: 'item.added' },
		new: inHistory(added, product.name),
		open: { product: product.name, quantity: added.quantity }
	});
	return true;
}

/** Changes what a line item says, if it is still as its author saw it. */
export function changeLineItem(ctx: Ctx, input: ChangeLineItem) {
	return inTransaction(ctx, async (ctx) => {
		const { deal, item, productName } = await lockItem(ctx, input.itemId, 'lineItem', 'update');
		if (item.rev !== input.rev) return fail('changed_meanwhile');
		const { price } = input;
		if (price && !(await isCurrency(ctx, price.currency))) return fail('currency_unknown');
		const [changed] = await ctx.db
			.update(lineItems)
			.set({
				...columnsOf(input, price),
				rev: item.rev + 1,
				updatedAt: ctx.now,
				modifiedBy: personOf(ctx)
			})
			.where(eq(lineItems.id, item.id))
			.returning();
		if (changed) {
			await tellBeside(ctx, deal, {
				...{ noun: 'shipment', id: item.id, act: 'item.changed' },
				...{ old: inHistory(item, productName), new: inHistory(changed, productName) },
				open: { product: productName }
			});
		}
		return ok({ dealId: deal.id });
	});
}

/** Takes a line item off its deal; the deal's history keeps what it said. What went out stays. */
export function removeLineItem(ctx: Ctx, { itemId }: OneLineItem) {
	return inTransaction(ctx, async (ctx) => {
		const { deal, item, productName } = await lockItem(ctx, itemId, 'lineItem', 'delete');
		if (item.shippedOn !== null) return fail('item_shipped');
		await ctx.db.delete(lineItems).where(eq(lineItems.id, item.id));
		await tellBeside(ctx, deal, {
			...{ noun: 'shipment', id: item.id, act: 'item.removed' },
			old: inHistory(item, productName),
			open: { product: productName }
		});
		return ok({ dealId: deal.id });
	});
}

/** Held until the end, so that nobody throws it away meanwhile. */
async function productFor(ctx: Ctx, deal: LockedDeal, productId: string) {
	const [product] = await ctx.db
		.select()
		.from(products)
		.where(
			and(
				productRecords.visibleTo(ctx.actor),
				eq(products.id, productId),
				eq(products.departmentId, deal.departmentId),
				isNull(products.deletedAt)
			)
		)
		.for('key share');
	return product;
}

const priceOf = ({ priceMinor, currency }: typeof products.$inferSelect): Money | null =>
	priceMinor === null || currency === null || priceMinor < 0n
		? null
		: { minor: priceMinor.toString(), currency };

async function isCurrency(ctx: Ctx, code: string): Promise<boolean> {
	const [known] = await ctx.db
		.select({ code: currencies.code })
		.from(currencies)
		.where(eq(currencies.code, code))
		.for('key share');
	return known !== undefined;
}

const columnsOf = (
	input: Pick<
		ChangeLineItem,
		'quantity' | 'discount' | 'contractOn' | 'plannedOn' | 'serialNumber'
	>,
	price: Money | null
) => ({
	quantity: input.quantity,
	unitPriceMinor: price && BigInt(price.minor),
	currency: price && price.currency,
	discount: input.discount,
	contractOn: input.contractOn ?? null,
	plannedOn: input.plannedOn ?? null,
	serialNumber: input.serialNumber ?? null
});

const personOf = ({ actor }: Ctx) => (actor.type === 'user' ? actor.id : null);

/** What the history keeps of a line item: plain values, as they were said. */
function inHistory(item: Item, product: string) {
	const { productId, quantity, currency, discount, contractOn, plannedOn, shippedOn } = item;
	return {
		...{ product, productId, quantity, currency, discount, contractOn, plannedOn, shippedOn },
		unitPriceMinor: item.unitPriceMinor?.toString() ?? null,
		serialNumber: item.serialNumber
	};
}
