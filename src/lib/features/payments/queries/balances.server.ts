import { and, eq, inArray, sql } from 'drizzle-orm';
import { isOfficialOn, rateOn } from '#lib/features/currencies/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { deals, payments } from '#lib/server/db/tables/index.ts';
import { type Balance, balanceOf } from '../model.ts';

const currency = sql`${payments}.currency`;
const dealCurrency = sql`${deals}.currency`;
const day = sql`${payments}.paid_on`;

/** Rates by which a payment is told in its own and in its deal's currency; in a select that joins both tables. */
export const ratedAmount = {
	amountMinor: sql<string>`${payments.amountMinor}::text`,
	currency: payments.currency,
	worth: rateOn(currency, day, 'state'),
	dealWorth: rateOn(dealCurrency, day, 'state'),
	official: sql<boolean>`(${isOfficialOn(currency, day)} and ${isOfficialOn(dealCurrency, day)})`
};

/** What each of these deals has brought and what is left of its amount; the caller has made sure of the rights. */
export async function balancesOf(
	ctx: Ctx,
	dealIds: readonly string[]
): Promise<ReadonlyMap<string, Balance>> {
	if (dealIds.length === 0) return new Map();
	const rows = await ctx.db
		.select({
			dealId: deals.id,
			dealMinor: sql<string | null>`${deals.amountMinor}::text`,
			dealCurrency: deals.currency,
			paid: payments.id,
			...ratedAmount,
			amountMinor: sql<string | null>`${payments.amountMinor}::text`
		})
		.from(deals)
		.leftJoin(payments, and(eq(payments.dealId, deals.id), eq(payments.status, 'received')))
		.where(inArray(deals.id, [...dealIds]));
	const balances = new Map<string, Balance>();
	for (const [dealId, own] of Map.groupBy(rows, (row) => row.dealId)) {
		const [first] = own;
		const amount =
			first?.dealMinor && first.dealCurrency
				? { minor: first.dealMinor, currency: first.dealCurrency }
				: null;
		const received = own.flatMap(({ amountMinor, currency, worth, dealWorth, official }) =>
			amountMinor !== null && currency !== null
				? [{ amountMinor, currency, worth, dealWorth, official }]
				: []
		);
		balances.set(dealId, balanceOf(amount, received));
	}
	return balances;
}
