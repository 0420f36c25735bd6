import { eq } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { currencies, installation } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announceFields, INSTALLATION } from '#lib/server/records/announce.ts';
import { ecbProvider } from '#lib/server/rates/ecb.ts';
import type { Fetched, RateProvider } from '#lib/server/rates/provider.ts';
import { crossRate } from '#lib/shared/exchange.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { canChangeCurrencies } from '../policy.ts';
import {
	type ChosenProvider,
	getProvider,
	PROVIDER_KEY,
	reportingCurrencies
} from '../queries.server.ts';
import type { ProviderName } from '../schema.ts';
import { writeRate } from './rates.server.ts';

/** Chooses where rates are fetched from. */
export function chooseProvider(ctx: Ctx, { provider }: { readonly provider: ProviderName }) {
	if (!canChangeCurrencies(ctx.actor)) throw new Forbidden('currency');
	return inTransaction(ctx, async (ctx) => {
		const { provider: before } = await getProvider(ctx);
		await note(ctx, { provider, error: null, attemptedAt: null });
		await announceFields(ctx, INSTALLATION, { rateProvider: before }, { rateProvider: provider });
		return ok(null);
	});
}

/** Fetches the rates of yesterday from the chosen provider; today's are not final yet. */
export async function fetchRatesNow(ctx: Ctx) {
	if (!canChangeCurrencies(ctx.actor)) throw new Forbidden('currency');
	const { provider } = await getProvider(ctx);
	if (provider === 'none') return fail('no_provider');
	return refreshRates(ctx, ecbProvider(), yesterday(ctx.now));
}

function yesterday(now: Date): string {
	const at = new Date(now);
	at.setUTCDate(at.getUTCDate() - 1);
	return at.toISOString().slice(0, 10);
}

/**
 * Fetches the official rates of `day` and stores those of the currencies that are updated daily. What a
 * failed answer says is kept for the page and stored as no rate. The network is asked before the
 * transaction begins; running twice changes nothing.
 */
export async function refreshRates(ctx: Ctx, provider: RateProvider, day: string) {
	if (!canChangeCurrencies(ctx.actor)) throw new Forbidden('currency');
	const fetched = await provider.fetch(day);
	return inTransaction(ctx, async (ctx) => {
		const chosen = await getProvider(ctx);
		const error = fetched.ok ? null : fetched.error;
		await note(ctx, { ...chosen, error, attemptedAt: ctx.now.toISOString() });
		if (!fetched.ok) return fail('provider_failed');
		return store(ctx, fetched.value);
	});
}

async function store(ctx: Ctx, fetched: Fetched) {
	const updated = await ctx.db.select().from(currencies).where(eq(currencies.autoUpdate, true));
	const codes = updated.map(({ code }) => code);
	const stored = await storeOfficial(ctx, fetched, { codes, on: fetched.on });
	return stored.ok ? ok({ on: fetched.on, stored: stored.value }) : stored;
}

/** Stores what a provider said of these currencies as the official rates of a day, and answers of which it knew. */
export async function storeOfficial(
	ctx: Ctx,
	{ perBase }: Fetched,
	{ codes, on }: { readonly codes: readonly string[]; readonly on: string }
) {
	const { state } = await reportingCurrencies(ctx);
	const ofState = state === null ? undefined : perBase.get(state);
	if (state === null || ofState === undefined) return fail('no_reporting_currency');
	const stored: string[] = [];
	for (const code of codes) {
		const quoted = perBase.get(code);
		if (code === state || quoted === undefined) continue;
		await writeRate(ctx, { code, on, worth: crossRate(ofState, quoted), quality: 'official' });
		stored.push(code);
	}
	return ok(stored);
}

async function note(ctx: Ctx, value: ChosenProvider): Promise<void> {
	await ctx.db
		.insert(installation)
		.values({ key: PROVIDER_KEY, value })
		.onConflictDoUpdate({ target: installation.key, set: { value } });
}
