import { and, eq, type SQL, sql } from 'drizzle-orm';
import { canBesideDeal, canReadDeal } from '#lib/features/deals/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
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
import { isId } from '#lib/shared/ids.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { paymentList } from '../schema.ts';
import { everyPayment, ofDeals, selectionOf } from './conditions.server.ts';

const BY_DAY: SortColumn = { column: payments.paidOn, type: 'date' };

interface Named {
	readonly id: string;
	readonly name: string;
}

const row = {
	id: payments.id,
	rev: payments.rev,
	amountMinor: sql<string>`${payments.amountMinor}::text`,
	currency: payments.currency,
	paidOn: payments.paidOn,
	status: payments.status,
	contractNumber: payments.contractNumber,
	invoiceNumber: payments.invoiceNumber,
	orderNumber: payments.orderNumber,
	throughRepresentation: payments.throughRepresentation,
	isAside: sql<boolean>`${payments.setAsideAt} is not null`,
	dealId: deals.id,
	dealName: deals.name,
	departmentId: deals.departmentId,
	departmentName: departments.name,
	companyName: companies.name,
	contactName: contacts.fullName,
	ownerId: deals.ownerId,
	ownerName: users.name,
	coOwners: sql<Named[]>`(
		select coalesce(json_agg(json_build_object('id', co.id, 'name', co.name) order by co.name), '[]')
		from ${dealCoOwners} join ${users} co on co.id = ${dealCoOwners.userId}
		where ${dealCoOwners.dealId} = ${deals.id})`,
	products: sql<string[]>`(
		select coalesce(json_agg(distinct sold.name), '[]')
		from ${lineItems} join ${products} sold on sold.id = ${lineItems.productId}
		where ${lineItems.dealId} = ${deals.id})`,
	key: sql<string | null>`page.key`
};

export type StoredPayment = typeof payments.$inferSelect;

/** How programs list payments: those that are set aside are among them, and may be asked for by deal. */
export const paymentRows = {
	table: payments,
	shape: { ...paymentList, filters: [...paymentList.filters, 'deal'] },
	sorts: { day: BY_DAY },
	select: everyPayment
};

/** One page of the payments that the actor may see, as the address asks, and how many there are in all. */
export async function listPayments(ctx: Ctx, query: ListQuery) {
	const [page, total] = await Promise.all([
		pageOfPayments(ctx, query),
		cappedCount(ctx.db, payments, selectionOf(ctx, query))
	]);
	return { page, total };
}

export type PaymentRow = Awaited<ReturnType<typeof pageOfPayments>>['rows'][number];

/** One page of them, of so many rows. */
export async function pageOfPayments(ctx: Ctx, query: ListQuery, size?: number) {
	const request = {
		...{ sort: BY_DAY, descending: query.descending, after: query.after, before: query.before },
		...(size ? { size } : {})
	};
	const { page, order } = keysetPage(payments, selectionOf(ctx, query), request);
	const found = await rowsWhere(ctx, sql`(${page}) page`, sql`${payments.id} = page.id`, order);
	return toPage(found.map(withRights(ctx)), request);
}

/** One payment with what the actor may do with it, or NotFound. */
export async function getPayment(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('payment');
	const one = sql`(select ${id}::uuid as id, null::text as key) page`;
	const [payment] = await rowsWhere(ctx, one, and(eq(payments.id, id), ofDeals(ctx)), sql`1`);
	if (!payment) throw new NotFound('payment');
	return withRights(ctx)(payment);
}

const withRights =
	({ actor }: Ctx) =>
	(payment: Awaited<ReturnType<typeof rowsWhere>>[number]) => {
		const { ownerId, departmentId, coOwners } = payment;
		const rights = { ownerId, departmentId, coOwnerIds: coOwners.map(({ id }) => id) };
		return {
			...payment,
			mayOpenDeal: canReadDeal(actor, rights),
			mayEdit: canBesideDeal(actor, 'payment', 'update', rights),
			mayRemove: canBesideDeal(actor, 'payment', 'delete', rights)
		};
	};

const rowsWhere = (ctx: Ctx, from: SQL, on: SQL | undefined, order: SQL) =>
	ctx.db
		.select(row)
		.from(from)
		.innerJoin(payments, on)
		.innerJoin(deals, eq(deals.id, payments.dealId))
		.innerJoin(departments, eq(departments.id, deals.departmentId))
		.leftJoin(companies, eq(companies.id, deals.companyId))
		.leftJoin(contacts, eq(contacts.id, deals.contactId))
		.leftJoin(users, eq(users.id, deals.ownerId))
		.orderBy(order);
