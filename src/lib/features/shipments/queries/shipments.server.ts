import { and, eq, type SQL, sql } from 'drizzle-orm';
import { canBesideDeal, canReadDeal, type DealRights } from '#lib/features/deals/policy.ts';
import { balancesOf } from '#lib/features/payments/queries.server.ts';
import { ownedOrCoOwned, rowsOfDeals } from '#lib/features/deals/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	companies,
	contacts,
	dealCoOwners,
	deals,
	departments,
	lineItems,
	payments,
	products,
	users
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { isDay, todayIn } from '#lib/shared/days.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { spanOf } from '#lib/shared/periods.ts';
import { shipmentList } from '../schema.ts';

const BY_CONTRACT: SortColumn = { column: lineItems.contractOn, type: 'date', nullable: true };
const SORTS: Readonly<Record<string, SortColumn>> = {
	contract: BY_CONTRACT,
	shipped: { column: lineItems.shippedOn, type: 'date', nullable: true }
};

/** Number of the deal's first payment: order and contract are told by it [core 4.7]. */
const firstPayment = (number: 'order_number' | 'contract_number') => sql<string | null>`(
	select paid.${sql.identifier(number)} from ${payments} paid
	where paid.deal_id = ${deals.id} and paid.set_aside_at is null
	order by paid.paid_on, paid.id limit 1)`;

const row = {
	id: lineItems.id,
	rev: lineItems.rev,
	productName: products.name,
	quantity: lineItems.quantity,
	contractOn: lineItems.contractOn,
	plannedOn: lineItems.plannedOn,
	shippedOn: lineItems.shippedOn,
	serialNumber: lineItems.serialNumber,
	dealId: deals.id,
	dealName: deals.name,
	departmentId: deals.departmentId,
	departmentName: departments.name,
	companyName: companies.name,
	contactName: contacts.fullName,
	country: companies.country,
	ownerId: deals.ownerId,
	ownerName: users.name,
	coOwnerIds: sql<string[]>`(
		select coalesce(json_agg(${dealCoOwners.userId}), '[]') from ${dealCoOwners}
		where ${dealCoOwners.dealId} = ${deals.id})`,
	orderNumber: firstPayment('order_number'),
	contractNumber: firstPayment('contract_number'),
	guaranteedOn: sql<string | null>`(
		select min(paid.paid_on)::text from ${payments} paid
		where paid.deal_id = ${deals.id} and paid.status = 'guaranteed' and paid.set_aside_at is null)`,
	key: sql<string | null>`page.key`
};

/** Shipments that the actor may see: line items with a day by the contract [C210]. */
const visible = (ctx: Ctx, condition: SQL = sql`true`) => sql`(
	${lineItems.contractOn} is not null and exists (
		select from ${deals} where ${deals.id} = ${lineItems.dealId}
			and ${rowsOfDeals(ctx.actor, 'shipment')} and ${condition}))`;

/** The shipments that the actor may see and the address asks for. */
function selectionOf(ctx: Ctx, { q, filters }: Pick<ListQuery, 'q' | 'filters'>): SQL {
	const wanted = Object.entries(filters).map(([name, value]) => conditionOf(ctx, name, value));
	return and(visible(ctx), q ? said(q) : undefined, ...wanted) ?? sql`true`;
}

/** How programs list shipments; they may be asked for by deal. */
export const shipmentRows = {
	table: lineItems,
	shape: { ...shipmentList, filters: [...shipmentList.filters, 'deal'] },
	sorts: SORTS,
	select: selectionOf
};

/** One page of the shipments that the actor may see, as the address asks, and how many there are in all. */
export async function listShipments(ctx: Ctx, query: ListQuery) {
	const [page, total] = await Promise.all([
		pageOfShipments(ctx, query),
		cappedCount(ctx.db, lineItems, selectionOf(ctx, query))
	]);
	return { page, total };
}

export type ShipmentRow = Awaited<ReturnType<typeof pageOfShipments>>['rows'][number];

/** One page of them, of so many rows. */
export async function pageOfShipments(ctx: Ctx, query: ListQuery, size?: number) {
	const request = {
		...{ sort: SORTS[query.sort] ?? BY_CONTRACT, descending: query.descending },
		...{ after: query.after, before: query.before },
		...(size ? { size } : {})
	};
	const { page, order } = keysetPage(lineItems, selectionOf(ctx, query), request);
	const found = await rowsWhere(ctx, sql`(${page}) page`, sql`${lineItems.id} = page.id`, order);
	const listed = toPage(found, request);
	const balances = await balancesOf(ctx, [...new Set(listed.rows.map(({ dealId }) => dealId))]);
	const rows = listed.rows.map((shipment) => ({
		...shipment,
		paid: balances.get(shipment.dealId)?.share ?? null,
		mayOpenDeal: mayOpenDeal(ctx, shipment)
	}));
	return { ...listed, rows };
}

/** One shipment with what the warehouse may change of it, or NotFound. */
export async function getShipment(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('shipment');
	const one = sql`(select ${id}::uuid as id, null::text as key) page`;
	const [shipment] = await rowsWhere(ctx, one, and(eq(lineItems.id, id), visible(ctx)), sql`1`);
	if (!shipment) throw new NotFound('shipment');
	return {
		...shipment,
		mayEdit: canBesideDeal(ctx.actor, 'shipment', 'update', shipment),
		mayOpenDeal: mayOpenDeal(ctx, shipment)
	};
}

const MOST_CHOICES = 200;

/** The products of the shipments that the actor may see, for the filter; by name. */
export const listSoldProducts = (ctx: Ctx) =>
	ctx.db
		.select({ id: products.id, name: products.name })
		.from(products)
		.where(
			sql`exists (select from ${lineItems} where ${lineItems.productId} = ${products.id} and ${visible(ctx)})`
		)
		.orderBy(products.name, products.id)
		.limit(MOST_CHOICES);

const mayOpenDeal = ({ actor }: Ctx, shipment: DealRights) => canReadDeal(actor, shipment);

const rowsWhere = (ctx: Ctx, from: SQL, on: SQL | undefined, order: SQL) =>
	ctx.db
		.select(row)
		.from(from)
		.innerJoin(lineItems, on)
		.innerJoin(products, eq(products.id, lineItems.productId))
		.innerJoin(deals, eq(deals.id, lineItems.dealId))
		.innerJoin(departments, eq(departments.id, deals.departmentId))
		.leftJoin(companies, eq(companies.id, deals.companyId))
		.leftJoin(contacts, eq(contacts.id, deals.contactId))
		.leftJoin(users, eq(users.id, deals.ownerId))
		.orderBy(order);

/** The deal, the product or the piece is called like this. */
function said(q: string): SQL {
	const pattern = likePattern(q);
	return sql`(${lineItems.serialNumber} ilike ${pattern}
		or exists (select from ${deals} where ${deals.id} = ${lineItems.dealId} and ${deals.name} ilike ${pattern})
		or exists (select from ${products} where ${products.id} = ${lineItems.productId} and ${products.name} ilike ${pattern}))`;
}

function conditionOf(ctx: Ctx, name: string, value: string): SQL {
	const ofDeal = (condition: SQL) => visible(ctx, condition);
	switch (name) {
		case 'department':
			return value === 'all' ? sql`true` : ofDeal(byId(deals.departmentId, value));
		case 'owner':
			return value === 'all' ? sql`true` : ofDeal(ownerIs(ctx, value));
		case 'deal':
			return byId(lineItems.dealId, value);
		case 'product':
			return byId(lineItems.productId, value);
		case 'state':
			return stateIs(todayIn(ctx.actor.timeZone, ctx.now), value);
		case 'period':
			return within(spanOf(value, todayIn(ctx.actor.timeZone, ctx.now)));
		case 'from':
			return isDay(value) ? sql`${lineItems.contractOn} >= ${value}` : sql`true`;
		case 'until':
			return isDay(value) ? sql`${lineItems.contractOn} <= ${value}` : sql`true`;
		default:
			return sql`true`;
	}
}

const within = (span: ReturnType<typeof spanOf>): SQL =>
	span ? sql`${lineItems.contractOn} between ${span.from} and ${span.until}` : sql`true`;

function ownerIs(ctx: Ctx, value: string): SQL {
	if (value === 'nobody') return sql`${deals.ownerId} is null`;
	const userId = value === 'me' ? ctx.actor.id : value;
	return isId(userId) ? ownedOrCoOwned(userId) : sql`false`;
}

function stateIs(today: string, value: string): SQL {
	if (value === 'shipped') return sql`${lineItems.shippedOn} is not null`;
	if (value === 'late')
		return sql`(${lineItems.shippedOn} is null and ${lineItems.contractOn} < ${today})`;
	return sql`${lineItems.shippedOn} is null`;
}
