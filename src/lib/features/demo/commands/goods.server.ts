import { and, eq } from 'drizzle-orm';
import { addPayment } from '#lib/features/payments/commands.server.ts';
import { createProduct } from '#lib/features/products/commands.server.ts';
import { addEntry } from '#lib/features/settings/commands.server.ts';
import { addLineItem, shipItem } from '#lib/features/shipments/commands.server.ts';
import { systemActor } from '#lib/shared/actor.ts';
import type { Ctx } from '#lib/server/context.ts';
import { productCategories } from '#lib/server/db/tables/index.ts';
import { todayIn } from '#lib/shared/days.ts';
import { newId } from '#lib/shared/ids.ts';
import { demoDeals, type DemoPerson } from '../model.ts';
import { demoItems, demoPayments, demoProducts } from '../model/goods.ts';

type People = ReadonlyMap<DemoPerson, Ctx>;

/** What the demo company sells. */
export async function offerGoods(people: People): Promise<readonly string[]> {
	const productIds: string[] = [];
	for (const product of demoProducts) productIds.push(await offer(people, product));
	return productIds;
}

/** What the deals of the demo company are about, and what they have brought. */
export async function sellGoods(
	people: People,
	{ dealIds, productIds }: Readonly<Record<'dealIds' | 'productIds', readonly string[]>>
) {
	const itemIds: string[] = [];
	for (const item of demoItems) {
		const [ctx, dealId] = dealOf(people, dealIds, item.deal);
		const itemId = newId();
		const { quantity, discount = '0', contractIn, serialNumber } = item;
		const productId = productIds[item.product] ?? '';
		done(
			await addLineItem(ctx, {
				...{ dealId, itemId, productId, quantity, discount, price: null, serialNumber },
				contractOn: contractIn === undefined ? null : dayIn(ctx, contractIn),
				plannedOn: null
			})
		);
		if (item.shippedIn !== undefined) {
			done(await shipItem(ctx, { itemId, shippedOn: dayIn(ctx, item.shippedIn) }));
		}
		itemIds.push(itemId);
	}
	return { itemIds, paymentIds: await book(people, dealIds) };
}

async function offer(people: People, product: (typeof demoProducts)[number]): Promise<string> {
	const [name, type, category, minor, currency, description, maker] = product;
	const ctx = as(people, maker);
	const departmentId = ctx.actor.departmentIds[0] ?? '';
	const values = {
		...{ name, type, price: { minor, currency }, description },
		category: await categoryOf(ctx, departmentId, category)
	};
	const created = await createProduct(ctx, { departmentId, values });
	return done(created).id;
}

/** Categories are kept by an administrator. */
async function categoryOf(ctx: Ctx, departmentId: string, name: string): Promise<string> {
	const [known] = await ctx.db
		.select({ id: productCategories.id })
		.from(productCategories)
		.where(and(eq(productCategories.departmentId, departmentId), eq(productCategories.name, name)));
	if (known) return known.id;
	const input = { list: 'product_categories', departmentId, name } as const;
	return done(await addEntry({ ...ctx, actor: systemActor }, input)).id;
}

async function book(people: People, dealIds: readonly string[]): Promise<string[]> {
	const ids: string[] = [];
	for (const { deal, minor, dayIn: days, ...payment } of demoPayments) {
		const [ctx, dealId] = dealOf(people, dealIds, deal);
		const paymentId = newId();
		done(
			await addPayment(ctx, {
				...{ dealId, paymentId, ...payment },
				amountMinor: BigInt(minor),
				paidOn: dayIn(ctx, days),
				throughRepresentation: false
			})
		);
		ids.push(paymentId);
	}
	return ids;
}

function dealOf(people: People, dealIds: readonly string[], index: number) {
	const owner = demoDeals[index]?.[7] ?? 'ann';
	return [as(people, owner), dealIds[index] ?? ''] as const;
}

const DAY_MS = 86_400_000;

const dayIn = ({ now }: Ctx, days: number) =>
	todayIn('Europe/Berlin', new Date(now.getTime() + days * DAY_MS));

function as(people: People, key: DemoPerson): Ctx {
	const ctx = people.get(key);
	if (!ctx) throw new Error(`The demo has no ${key}`);
	return ctx;
}

/** The demo is made of valid values only: a refusal is a mistake in it. */
function done<Value>(result: { readonly ok: true; readonly value: Value } | { ok: false }): Value {
	if (result.ok) return result.value;
	throw new Error(`The demo company was refused: ${JSON.stringify(result)}`);
}
