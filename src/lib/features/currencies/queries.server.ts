import { and, asc, desc, eq, lt, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import type { Ctx } from '#lib/server/context.ts';
import { remembered } from '#lib/server/db/remembered.ts';
import { currencies, installation, rates, users } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { PROVIDERS } from './schema.ts';

export type Currency = Awaited<ReturnType<typeof listCurrencies>>[number];

const latest = (column: 'worth' | 'on') => sql<string | null>`(
	select dated.${sql.identifier(column)}::text from ${rates} dated where dated.currency = ${currencies.code}
	order by dated."on" desc limit 1)`;

/** All currencies with their last known rates, the reporting ones first, then by code. */
export function listCurrencies(ctx: Ctx) {
	return ctx.db
		.select({
			code: currencies.code,
			autoUpdate: currencies.autoUpdate,
			isState: currencies.isState,
			isMarketing: currencies.isMarketing,
			worth: latest('worth'),
			ratedOn: latest('on')
		})
		.from(currencies)
		.orderBy(desc(currencies.isState), desc(currencies.isMarketing), asc(currencies.code));
}

/** The codes that an amount can be entered in, the bookkeeping currency first. */
export function listCurrencyCodes(ctx: Ctx): Promise<string[]> {
	return remembered(ctx, { name: 'currency-codes', tables: ['currencies'] }, async () => {
		const rows = await ctx.db
			.select({ code: currencies.code })
			.from(currencies)
			.orderBy(desc(currencies.isState), asc(currencies.code));
		return rows.map(({ code }) => code);
	});
}

/** One currency, or NotFound. */
export async function getCurrency(ctx: Ctx, code: string) {
	const [currency] = await ctx.db.select().from(currencies).where(eq(currencies.code, code));
	if (!currency) throw new NotFound('currency');
	return currency;
}

/** The codes of the two currencies that reports are made in; null where none is chosen. */
export async function reportingCurrencies(
	ctx: Ctx
): Promise<{ readonly state: string | null; readonly marketing: string | null }> {
	const rows = await ctx.db
		.select()
		.from(currencies)
		.where(sql`${currencies.isState} or ${currencies.isMarketing}`);
	const codeOf = (role: 'isState' | 'isMarketing') => rows.find((row) => row[role])?.code ?? null;
	return { state: codeOf('isState'), marketing: codeOf('isMarketing') };
}

const PAGE = 50;

/** The rates of a currency, newest day first; `before` is the last day of the page before. */
export async function listRates(ctx: Ctx, code: string, before?: string) {
	const rows = await ctx.db
		.select({
			on: rates.on,
			worth: rates.worth,
			quality: rates.quality,
			setBy: users.name
		})
		.from(rates)
		.leftJoin(users, eq(users.id, rates.setBy))
		.where(and(eq(rates.currency, code), before ? lt(rates.on, before) : undefined))
		.orderBy(desc(rates.on))
		.limit(PAGE + 1);
	return { rows: rows.slice(0, PAGE), more: rows.length > PAGE };
}

/**
 * SQL: what one unit of `currency` was worth on `day` in a reporting currency: by the rate of that day, or of
 * the last day before, or of the first one after; null when nobody knows. The reporting currency itself is 1.
 * Give columns with their table: in a select from one table drizzle would leave it out.
 */
export function rateOn(currency: SQL, day: SQL, into: 'state' | 'marketing'): SQL<string | null> {
	if (into === 'state') return worthOn(currency, day);
	const reporting = sql`(select code from ${currencies} where is_marketing)`;
	return sql`(case when ${currency} = ${reporting} then 1
		else ${worthOn(currency, day)} / ${worthOn(reporting, day)} end)`;
}

/** SQL: whether that day's rate of a currency is final: official, or of the currency of bookkeeping itself. */
export const isOfficialOn = (currency: SQL, day: SQL): SQL<boolean> => sql`(
	exists (select from ${currencies} known where known.code = ${currency} and known.is_state)
	or exists (select from ${rates} dated where dated.currency = ${currency} and dated."on" = ${day} and dated.quality = 'official'))`;

function worthOn(currency: SQL, day: SQL): SQL<string | null> {
	const nearest = (side: '<=' | '>', order: 'asc' | 'desc') => sql`(
		select dated.worth from ${rates} dated
		where dated.currency = ${currency} and dated."on" ${sql.raw(side)} ${day}
		order by dated."on" ${sql.raw(order)} limit 1)`;
	return sql`(case
		when exists (select from ${currencies} known where known.code = ${currency} and known.is_state) then 1
		else coalesce(${nearest('<=', 'desc')}, ${nearest('>', 'asc')}) end)`;
}

export const PROVIDER_KEY = 'rate_provider';
const Chosen = z.object({
	provider: z.enum(PROVIDERS),
	/** What the last attempt said, when it failed. */
	error: z.string().nullable().default(null),
	attemptedAt: z.iso.datetime().nullable().default(null)
});
export type ChosenProvider = z.output<typeof Chosen>;

/** Where rates are fetched from and how the last attempt went. */
export async function getProvider(ctx: Ctx): Promise<ChosenProvider> {
	const [row] = await ctx.db.select().from(installation).where(eq(installation.key, PROVIDER_KEY));
	return row ? Chosen.parse(row.value) : { provider: 'none', error: null, attemptedAt: null };
}
