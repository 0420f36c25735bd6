import { sql } from 'drizzle-orm';
import { storeOfficial } from '#lib/features/currencies/commands.server.ts';
import { canChangeCurrencies } from '#lib/features/currencies/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { currencies, deals, payments, rates } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import type { RateProvider } from '#lib/server/rates/provider.ts';
import { fail, ok } from '#lib/shared/result.ts';

/** Days asked for at once; the rest is done the next time. */
const MOST_DAYS = 60;

/**
 * Turns the approximate rates of past days on which money came into official ones, the oldest first. Rates
 * of today, of days without received money and official ones stay as they are [T199]. The first answer
 * that fails ends it; what is settled by then stays. The network is asked outside of the transactions.
 */
export async function settleRates(ctx: Ctx, provider: RateProvider, today: string) {
	if (!canChangeCurrencies(ctx.actor)) throw new Forbidden('currency');
	let settled = 0;
	for (const { on, codes } of await openDays(ctx, today)) {
		const fetched = await provider.fetch(on);
		if (!fetched.ok) return fail('provider_failed');
		const stored = await inTransaction(ctx, (ctx) =>
			storeOfficial(ctx, fetched.value, { codes, on })
		);
		if (!stored.ok) return stored;
		settled += stored.value.length;
	}
	return ok({ settled });
}

interface OpenDay extends Record<string, unknown> {
	readonly on: string;
	readonly codes: readonly string[];
}

/** Past days with approximate rates that received money is told by: in its own currency, its deal's, or the reports'. */
async function openDays(ctx: Ctx, today: string): Promise<readonly OpenDay[]> {
	const rows = await ctx.db.execute<OpenDay>(sql`
		select dated."on"::text as "on", array_agg(dated.currency::text order by dated.currency) as "codes"
		from ${rates} dated
		where dated.quality = 'approximate' and dated."on" < ${today}::date and exists (
			select from ${payments} join ${deals} on ${deals.id} = ${payments.dealId}
			where ${payments.status} = 'received' and ${payments.paidOn} = dated."on"
				and (${payments.currency} = dated.currency or ${deals.currency} = dated.currency
					or exists (select from ${currencies} known where known.code = dated.currency and known.is_marketing)))
		group by dated."on" order by dated."on" limit ${MOST_DAYS}`);
	return [...rows];
}
