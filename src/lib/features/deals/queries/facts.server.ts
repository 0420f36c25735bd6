import { sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { deals, lineItems, payments, qualityEvents, stages } from '#lib/server/db/tables/index.ts';
import { todayIn } from '#lib/shared/days.ts';
import type { DealFacts, Moment } from '../model/signals.ts';
import { rowsOfDeals } from '../scope.server.ts';

export const momentOf = ({ actor, now }: Ctx): Moment => ({
	now,
	today: todayIn(actor.timeZone, now)
});

/** What the signals of a deal follow from, in one value; in a select from deals with their stage. */
export function dealFacts(ctx: Ctx) {
	const today = sql`${momentOf(ctx).today}::date`;
	return sql<DealFacts>`json_build_object(
		'isOpen', ${deals.isOpen}, 'isNew', ${deals.isNew}, 'nextStepOn', ${deals.nextStepOn},
		'stageSince', ${deals.stageSince}, 'staleAfterDays', ${stages.staleAfterDays},
		'isPaid', ${rowsOfDeals(ctx.actor, 'payment')} and exists (
			select from ${payments} where ${payments.dealId} = ${deals.id} and ${payments.status} = 'received'),
		'items', case when ${rowsOfDeals(ctx.actor, 'lineItem')} then (
			select json_build_object('all', count(*), 'undated', count(*) filter (where ${lineItems.contractOn} is null),
				'late', count(*) filter (where ${lineItems.shippedOn} is null and ${lineItems.contractOn} < ${today}))
			from ${lineItems} where ${lineItems.dealId} = ${deals.id}) end,
		'quality', (select sum(${qualityEvents.weight})::int from ${qualityEvents} where ${qualityEvents.dealId} = ${deals.id}))`;
}
