import { sql } from 'drizzle-orm';
import { isOfficialOn, rateOn } from '#lib/features/currencies/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { currencies, payments } from '#lib/server/db/tables/index.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { sumUp, type RatedSum } from '../model/totals.ts';
import { selectionOf } from './conditions.server.ts';
import { getPaymentSettings } from './settings.server.ts';

export type PaymentTotals = Awaited<ReturnType<typeof totalPayments>>;

/**
 * What all payments that the address asks for come to in the currencies of bookkeeping and of the reports,
 * by the rates of their days. One statement: amounts of one currency and day are added before they are rated.
 */
export async function totalPayments(ctx: Ctx, query: Pick<ListQuery, 'q' | 'filters'>) {
	const currency = sql`daily.currency`;
	const day = sql`daily.day`;
	const marketing = sql`(select code from ${currencies} where is_marketing)`;
	const rows = await ctx.db.execute<RatedSum & Record<string, unknown>>(sql`
		select daily.currency::text as "currency", sum(daily.minor)::text as "minor",
			sum(daily.minor * ${rateOn(currency, day, 'state')})::text as "state",
			sum(daily.minor * ${rateOn(currency, day, 'marketing')})::text as "marketing",
			bool_or(${rateOn(currency, day, 'state')} is null) as "noState",
			bool_or(${rateOn(currency, day, 'marketing')} is null) as "noMarketing",
			bool_and(${isOfficialOn(currency, day)}) as "officialState",
			bool_and(daily.currency = ${marketing} or (${isOfficialOn(currency, day)} and ${isOfficialOn(marketing, day)})) as "officialMarketing",
			(select code::text from ${currencies} where is_state) as "stateCode",
			${marketing}::text as "marketingCode"
		from (select ${payments.currency} as currency, ${payments.paidOn} as day, sum(${payments.amountMinor}) as minor
			from ${payments} where ${selectionOf(ctx, query)} group by 1, 2) daily
		group by daily.currency order by daily.currency`);
	const { vat } = await getPaymentSettings(ctx);
	return sumUp([...rows], vat);
}
