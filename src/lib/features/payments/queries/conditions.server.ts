import { and, type SQL, sql } from 'drizzle-orm';
import { ownedOrCoOwned, rowsOfDeals } from '#lib/features/deals/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { companies, deals, payments } from '#lib/server/db/tables/index.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { isDay, todayIn } from '#lib/shared/days.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { spanOf } from '#lib/shared/periods.ts';

/** Payments of deals for which this holds, and that the actor may see. */
export const ofDeals = (ctx: Ctx, condition: SQL = sql`true`): SQL => sql`exists (
	select from ${deals} where ${deals.id} = ${payments.dealId} and ${rowsOfDeals(ctx.actor, 'payment')} and ${condition})`;

/** The payments that the actor may see and the address asks for; what is set aside counts nowhere. */
export const selectionOf = (ctx: Ctx, wanted: Pick<ListQuery, 'q' | 'filters'>): SQL =>
	sql`(${payments.setAsideAt} is null and ${everyPayment(ctx, wanted)})`;

/** The same with what is set aside. */
export function everyPayment(ctx: Ctx, { q, filters }: Pick<ListQuery, 'q' | 'filters'>): SQL {
	const selected = and(
		ofDeals(ctx),
		q ? said(q) : undefined,
		...Object.entries(filters).map(([name, value]) => conditionOf(ctx, name, value))
	);
	return selected ?? sql`true`;
}

/** The deal, its company or one of the payment's numbers is called like this. */
function said(q: string): SQL {
	const pattern = likePattern(q);
	return sql`(${payments.contractNumber} ilike ${pattern} or ${payments.invoiceNumber} ilike ${pattern}
		or ${payments.orderNumber} ilike ${pattern}
		or exists (select from ${deals} left join ${companies} on ${companies.id} = ${deals.companyId}
			where ${deals.id} = ${payments.dealId} and (${deals.name} ilike ${pattern} or ${companies.name} ilike ${pattern})))`;
}

function conditionOf(ctx: Ctx, name: string, value: string): SQL {
	switch (name) {
		case 'department':
			return value === 'all' ? sql`true` : ofDeals(ctx, byId(deals.departmentId, value));
		case 'owner':
			return value === 'all' ? sql`true` : ofDeals(ctx, ownerIs(ctx, value));
		case 'status':
			return value === 'expected'
				? sql`${payments.status} <> 'received'`
				: sql`${payments.status} = ${value}`;
		case 'period':
			return within(spanOf(value, todayIn(ctx.actor.timeZone, ctx.now)));
		case 'from':
			return isDay(value) ? sql`${payments.paidOn} >= ${value}` : sql`true`;
		case 'until':
			return isDay(value) ? sql`${payments.paidOn} <= ${value}` : sql`true`;
		case 'deal':
			return byId(payments.dealId, value);
		case 'currency':
			return sql`${payments.currency} = ${value}`;
		default:
			return sql`true`;
	}
}

const within = (span: ReturnType<typeof spanOf>): SQL =>
	span ? sql`${payments.paidOn} between ${span.from} and ${span.until}` : sql`true`;

function ownerIs(ctx: Ctx, value: string): SQL {
	if (value === 'nobody') return sql`${deals.ownerId} is null`;
	const userId = value === 'me' ? ctx.actor.id : value;
	return isId(userId) ? ownedOrCoOwned(userId) : sql`false`;
}
