import { sql } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { rates } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import type { Rate } from '#lib/shared/exchange.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canChangeCurrencies } from '../policy.ts';
import { getCurrency, reportingCurrencies } from '../queries.server.ts';
import type { SetRate } from '../schema.ts';

/** Says what a currency was worth on a day; what a person types is approximate until a provider knows better. */
export function setRate(ctx: Ctx, { code, on, rate }: SetRate) {
	if (!canChangeCurrencies(ctx.actor)) throw new Forbidden('currency');
	return inTransaction(ctx, async (ctx) => {
		const currency = await getCurrency(ctx, code);
		if (currency.isState) return fail('always_one');
		const { state } = await reportingCurrencies(ctx);
		if (state === null) return fail('no_reporting_currency');
		await writeRate(ctx, { code, on, worth: rate, quality: 'approximate' });
		return ok(null);
	});
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
