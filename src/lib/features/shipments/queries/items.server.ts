import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { canBesideDeal, type DealRights } from '#lib/features/deals/policy.ts';
import { rowsOfDeals } from '#lib/features/deals/scope.server.ts';
import type { Money } from '#lib/records/values.ts';
import { rateOn } from '#lib/features/currencies/queries.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import type { SortColumn } from '#lib/server/db/keyset.ts';
import { deals, lineItems, products } from '#lib/server/db/tables/index.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { todayIn } from '#lib/shared/days.ts';
import type { ListQuery, ListShape } from '#lib/shared/list-query.ts';
import { totalsOf } from '../model.ts';

export type LineItem = Awaited<ReturnType<typeof rowsOf>>[number];

interface Shown extends DealRights {
	readonly id: string;
	readonly amount: Money | null;
}

/** The line items of a deal with their totals and what the actor may do with them; null when he may see none. */
export async function listItemsOf(ctx: Ctx, deal: Shown) {
	const may = (verb: 'create' | 'read' | 'update' | 'delete') =>
		canBesideDeal(ctx.actor, 'lineItem', verb, deal);
	if (!may('read')) return null;
	const [rows, choices] = await Promise.all([
		rowsOf(ctx, deal),
		may('create') ? choicesFor(ctx, deal) : []
	]);
	return {
		rows,
		choices,
		...totalsOf(rows, deal.amount?.currency ?? null),
		may: {
			add: may('create'),
			change: may('update'),
			remove: may('delete'),
			ship: canBesideDeal(ctx.actor, 'shipment', 'update', deal)
		}
	};
}

export type DealItems = NonNullable<Awaited<ReturnType<typeof listItemsOf>>>;

function rowsOf(ctx: Ctx, deal: Shown) {
	const today = sql`${todayIn(ctx.actor.timeZone, ctx.now)}::date`;
	return ctx.db
		.select({
			id: lineItems.id,
			rev: lineItems.rev,
			productId: lineItems.productId,
			productName: products.name,
			quantity: lineItems.quantity,
			unitPriceMinor: sql<string | null>`${lineItems.unitPriceMinor}::text`,
			amountMinor: sql<string | null>`${lineItems.amountMinor}::text`,
			currency: lineItems.currency,
			discount: lineItems.discount,
			contractOn: lineItems.contractOn,
			plannedOn: lineItems.plannedOn,
			shippedOn: lineItems.shippedOn,
			serialNumber: lineItems.serialNumber,
			/** Worth of one unit of the item's and of the deal's currency today, as far as known. */
			worth: rateOn(sql`${lineItems.currency}`, today, 'state'),
			dealWorth: rateOn(sql`${deal.amount?.currency ?? null}::text`, today, 'state')
		})
		.from(lineItems)
		.innerJoin(products, eq(products.id, lineItems.productId))
		.innerJoin(deals, eq(deals.id, lineItems.dealId))
		.where(and(eq(lineItems.dealId, deal.id), rowsOfDeals(ctx.actor, 'lineItem')))
		.orderBy(asc(lineItems.createdAt), asc(lineItems.id));
}

export type StoredItem = typeof lineItems.$inferSelect;

/** How programs list line items: in the order in which they were added, of one deal or product if they like. */
export const itemRows = {
	table: lineItems,
	shape: {
		...{ sorts: ['id'], defaultSort: '-id', columns: [], defaultColumns: [] },
		filters: ['deal', 'product']
	} satisfies ListShape,
	// Ids begin with the time at which they were made.
	sorts: { id: { column: lineItems.id, type: 'uuid' } satisfies SortColumn },
	select: (ctx: Ctx, { q, filters }: Pick<ListQuery, 'q' | 'filters'>): SQL => sql`(
		exists (select from ${deals}
			where ${deals.id} = ${lineItems.dealId} and ${rowsOfDeals(ctx.actor, 'lineItem')})
		and ${filters.deal ? byId(lineItems.dealId, filters.deal) : sql`true`}
		and ${filters.product ? byId(lineItems.productId, filters.product) : sql`true`}
		and ${q ? sql`${lineItems.serialNumber} ilike ${likePattern(q)}` : sql`true`})`
};

const MOST_CHOICES = 500;

/** What may be added to this deal: products of its department that are on sale, by name. */
const choicesFor = (ctx: Ctx, { departmentId }: Shown) =>
	ctx.db
		.select({
			id: products.id,
			name: products.name,
			priceMinor: sql<string | null>`${products.priceMinor}::text`,
			currency: products.currency
		})
		.from(products)
		.where(
			and(
				productRecords.visibleTo(ctx.actor),
				eq(products.departmentId, departmentId),
				isNull(products.deletedAt),
				eq(products.onSale, true)
			)
		)
		.orderBy(asc(products.name), asc(products.id))
		.limit(MOST_CHOICES);
