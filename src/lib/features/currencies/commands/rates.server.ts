import { and, eq, inArray, sql } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { currencies, rates } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announceFields, INSTALLATION } from '#lib/server/records/announce.ts';
import type { Rate } from '#lib/shared/exchange.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canChangeCurrencies } from '../policy.ts';
import { getCurrency, rateOn, reportingCurrencies } from '../queries.server.ts';
import type { SetRate } from '../schema.ts';

/** Says what a currency was worth on a day; what a person types is approximate until a provider knows better. */
export function setRate(ctx: Ctx, { code, on, rate }: SetRate) {
	if (!canChangeCurrencies(ctx.actor)) throw new Forbidden('currency');
	return inTransaction(ctx, async (ctx) => {
		const currency = await getCurrency(ctx, code);
		if (currency.isState) return fail('always_one');
		const { state } = await reportingCurrencies(ctx);
		if (state === null) return fail('no_reporting_currency');
		const before = await rateOf(ctx, code, on);
		await writeRate(ctx, { code, on, worth: rate, quality: 'approximate' });
		await announceFields(ctx, INSTALLATION, before, await rateOf(ctx, code, on));
		return ok(null);
	});
}

/** The rate of a day as its line in the history has it. */
async function rateOf(ctx: Ctx, code: string, on: string) {
	const [row] = await ctx.db
		.select({ worth: rates.worth })
		.from(rates)
		.where(and(eq(rates.currency, code), eq(rates.on, on)));
	return { exchangeRate: row ? `${code} ${on}: ${row.worth.replace(/\.?0+$/, '')}` : null };
}

/**
 * Gives these currencies a rate of that day where they have none: the nearest known one, approximate until
 * a provider knows better. For commands that book money; a currency without any rate stays without [C200].
 */
export async function carryOverRates(ctx: Ctx, codes: readonly string[], on: string) {
	const day = sql`${on}::date`;
	const nearest = await ctx.db
		.select({ code: currencies.code, worth: rateOn(sql`${currencies}.code`, day, 'state') })
		.from(currencies)
		.leftJoin(rates, and(eq(rates.currency, currencies.code), eq(rates.on, day)))
		.where(
			and(
				inArray(currencies.code, [...codes]),
				eq(currencies.isState, false),
				sql`${rates.id} is null`
			)
		);
	for (const { code, worth } of nearest) {
		if (worth !== null) await writeRate(ctx, { code, on, worth, quality: 'approximate' });
	}
}

interface KnownRate {
	readonly code: string;
	readonly on: string;
	readonly worth: Rate;
	readonly quality: 'approximate' | 'official';
}

/** Stores a rate; an official one replaces anything, an approximate one never an official one. */
export async function writeRate(ctx: Ctx, { code, on, worth, quality }: KnownRate): Promise<void> {
	const setBy = ctx.actor.type === 'user' ? ctx.actor.id : null;
	await ctx.db
		.insert(rates)
		.values({ id: newId(), currency: code, on, worth, quality, setBy, setAt: ctx.now })
		.onConflictDoUpdate({
			target: [rates.currency, rates.on],
			set: { worth, quality, setBy, setAt: ctx.now },
			setWhere: sql`${quality} = 'official' or ${rates.quality} = 'approximate'`
		});
}
