import { and, asc, eq, isNotNull, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { installStandardRoles } from '#lib/features/users/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, currencies, rates } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { INSTALLATION } from '#lib/server/records/announce.ts';
import { ecbProvider } from '#lib/server/rates/ecb.ts';
import type { RateProvider } from '#lib/server/rates/provider.ts';
import { inRollback } from '#tests/support/database.ts';
import {
	addCurrency,
	changeCurrency,
	chooseProvider,
	refreshRates,
	removeCurrency,
	setRate
} from './commands.server.ts';
import { getProvider, listCurrencies, rateOn } from './queries.server.ts';
import { AddCurrency, SetRate } from './schema.ts';

async function withCurrencies(ctx: Ctx, ...codes: readonly string[]): Promise<void> {
	for (const code of codes) expect(await addCurrency(ctx, { code })).toMatchObject({ ok: true });
}

const roles = (code: string, isState: boolean, isMarketing: boolean) => ({
	code,
	autoUpdate: true,
	isState,
	isMarketing
});

const worth = (ctx: Ctx, code: string, on: string, into: 'state' | 'marketing' = 'state') =>
	ctx.db
		.select({ rate: rateOn(sql`${code}`, sql`${on}::date`, into) })
		.from(sql`(select 1) one`)
		.then(([row]) => (row === undefined || row.rate === null ? null : Number(row.rate)));

describe('currencies', () => {
	inRollback(
		'[core 4.9] the first one is what reports are made in; a code is taken once',
		async (ctx) => {
			await withCurrencies(ctx, 'EUR', 'USD');
			expect(await addCurrency(ctx, { code: 'USD' })).toEqual({
				ok: false,
				error: 'currency_known'
			});
			expect(await listCurrencies(ctx)).toMatchObject([
				{ code: 'EUR', isState: true, isMarketing: true },
				{ code: 'USD', isState: false, isMarketing: false }
			]);
		}
	);

	test('[T191, T192] only an alphabetic code of ISO 4217 is taken', () => {
		expect(AddCurrency.safeParse({ code: 'USD' }).success).toBe(true);
		for (const code of ['GBz', 'usd', 'EURO', '978', '']) {
			expect(AddCurrency.safeParse({ code }).success, code).toBe(false);
		}
	});

	inRollback('[C202] a role moves to another currency and is never just given up', async (ctx) => {
		await withCurrencies(ctx, 'EUR', 'USD');
		expect(await changeCurrency(ctx, roles('EUR', false, true))).toEqual({
			ok: false,
			error: 'role_needs_a_currency'
		});
		expect(await changeCurrency(ctx, roles('USD', false, true))).toMatchObject({ ok: true });
		expect(await listCurrencies(ctx)).toMatchObject([
			{ code: 'EUR', isState: true, isMarketing: false },
			{ code: 'USD', isState: false, isMarketing: true }
		]);
	});

	inRollback('[B207] the bookkeeping currency is worth one and takes no rate', async (ctx) => {
		await withCurrencies(ctx, 'EUR');
		const tried = await setRate(ctx, { code: 'EUR', on: '2026-11-20', rate: '2' });
		expect(tried).toEqual({ ok: false, error: 'always_one' });
		expect(await worth(ctx, 'EUR', '2026-11-20')).toBe(1);
	});

	inRollback(
		'[core 4.10] an amount is worth what the nearest earlier rate says, else the first later one',
		async (ctx) => {
			await withCurrencies(ctx, 'EUR', 'USD', 'GBP');
			await setRate(ctx, { code: 'USD', on: '2026-11-02', rate: '0.9' });
			await setRate(ctx, { code: 'USD', on: '2026-11-10', rate: '0.8' });
			expect(await worth(ctx, 'USD', '2026-11-01')).toBe(0.9);
			expect(await worth(ctx, 'USD', '2026-11-09')).toBe(0.9);
			expect(await worth(ctx, 'USD', '2026-12-24')).toBe(0.8);
			expect(await worth(ctx, 'GBP', '2026-11-09')).toBeNull();
			await changeCurrency(ctx, roles('USD', false, true));
			expect(await worth(ctx, 'EUR', '2026-11-12', 'marketing')).toBeCloseTo(1.25, 9);
			expect(await worth(ctx, 'USD', '2026-11-12', 'marketing')).toBe(1);
		}
	);

	inRollback('bookkeeping in another currency keeps what everything was worth', async (ctx) => {
		await withCurrencies(ctx, 'EUR', 'USD', 'GBP');
		expect(await changeCurrency(ctx, roles('USD', true, false))).toEqual({
			ok: false,
			error: 'no_rate'
		});
		await setRate(ctx, { code: 'USD', on: '2026-11-02', rate: '0.8' });
		await setRate(ctx, { code: 'GBP', on: '2026-11-05', rate: '1.2' });
		expect(await changeCurrency(ctx, roles('USD', true, false))).toMatchObject({ ok: true });
		expect(await worth(ctx, 'USD', '2026-11-05')).toBe(1);
		expect(await worth(ctx, 'EUR', '2026-11-05')).toBeCloseTo(1.25, 9);
		expect(await worth(ctx, 'GBP', '2026-11-05')).toBeCloseTo(1.5, 9);
		expect(await worth(ctx, 'GBP', '2026-11-05', 'marketing')).toBeCloseTo(1.2, 9);
	});

	inRollback('one that reports need stays; another goes with its rates', async (ctx) => {
		await withCurrencies(ctx, 'EUR', 'USD');
		await setRate(ctx, { code: 'USD', on: '2026-11-02', rate: '0.9' });
		expect(await removeCurrency(ctx, { code: 'EUR' })).toEqual({
			ok: false,
			error: 'role_needs_a_currency'
		});
		expect(await removeCurrency(ctx, { code: 'USD' })).toMatchObject({ ok: true });
		expect(await ctx.db.select().from(rates)).toEqual([]);
	});

	inRollback('are for those whose roles say so', async (ctx) => {
		await installStandardRoles(ctx);
		const stranger = { ...ctx, actor: { ...ctx.actor, type: 'user' as const } };
		expect(() => addCurrency(stranger, { code: 'EUR' })).toThrow(Forbidden);
		expect(() => setRate(stranger, { code: 'EUR', on: '2026-11-20', rate: '1' })).toThrow(
			Forbidden
		);
	});

	test('a rate is a positive number, a day is a day', () => {
		const read = (rate: string, on = '2026-11-20') => SetRate.safeParse({ code: 'USD', on, rate });
		expect(read('0,92').data?.rate).toBe('0.92');
		for (const rate of ['0', '-1', 'NaN', '']) expect(read(rate).success, rate).toBe(false);
		expect(read('1', '2026-02-30').success).toBe(false);
	});
});

/** Answers like the data portal: one line a currency and day. */
function portal(lines: readonly string[], status = 200): typeof fetch {
	const head = 'KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE';
	const rows = lines.map(
		(line) =>
			`EXR.D.X.EUR.SP00.A,D,${line.split(' ')[0]},EUR,SP00,A,${line.split(' ').slice(1).join(',')}`
	);
	return () => Promise.resolve(new Response([head, ...rows, ''].join('\r\n'), { status }));
}

const FRIDAY = [
	'USD 2026-11-19 1.24',
	'USD 2026-11-20 1.25',
	'JPY 2026-11-20 160',
	'RUB 2026-11-20 '
];

describe('the daily rates', () => {
	inRollback(
		'[T197] become official for the last banking day, currency by currency',
		async (ctx) => {
			await withCurrencies(ctx, 'EUR', 'USD', 'JPY', 'GBP');
			await changeCurrency(ctx, { ...roles('JPY', false, false), autoUpdate: false });
			await setRate(ctx, { code: 'USD', on: '2026-11-20', rate: '0.7' });
			await setRate(ctx, { code: 'USD', on: '2026-11-21', rate: '0.75' });
			const done = await refreshRates(ctx, ecbProvider(portal(FRIDAY)), '2026-11-21');
			expect(done).toEqual({ ok: true, value: { on: '2026-11-20', stored: ['USD'] } });
			const stored = await ctx.db
				.select({ on: rates.on, worth: rates.worth, quality: rates.quality })
				.from(rates)
				.where(eq(rates.currency, 'USD'))
				.orderBy(asc(rates.on));
			expect(stored).toEqual([
				{ on: '2026-11-20', worth: '0.8000000000', quality: 'official' },
				{ on: '2026-11-21', worth: '0.7500000000', quality: 'approximate' }
			]);
		}
	);

	inRollback('typed later than the official one do not replace it', async (ctx) => {
		await withCurrencies(ctx, 'EUR', 'USD');
		await refreshRates(ctx, ecbProvider(portal(FRIDAY)), '2026-11-20');
		await setRate(ctx, { code: 'USD', on: '2026-11-20', rate: '0.5' });
		expect(await worth(ctx, 'USD', '2026-11-20')).toBe(0.8);
	});

	const failing: readonly (readonly [string, typeof fetch])[] = [
		['[T194] an answer that is no table', () => Promise.resolve(new Response('<html>busy</html>'))],
		['[T195] an answer of 500', portal([], 500)],
		['[T196] no answer', () => Promise.reject(new TypeError('fetch failed'))]
	];
	for (const [what, request] of failing) {
		inRollback(`[B206] ${what} stores no rate and says why`, async (ctx) => {
			await withCurrencies(ctx, 'EUR', 'USD');
			await chooseProvider(ctx, { provider: 'ecb' });
			const done = await refreshRates(ctx, ecbProvider(request), '2026-11-20');
			expect(done).toEqual({ ok: false, error: 'provider_failed' });
			expect(await ctx.db.select().from(rates)).toEqual([]);
			const { provider, error } = await getProvider(ctx);
			expect(provider).toBe('ecb');
			expect(error).toContain('European Central Bank');
		});
	}

	inRollback('of another base are crossed into the bookkeeping currency', async (ctx) => {
		await withCurrencies(ctx, 'USD', 'GBP', 'EUR');
		const fixture: RateProvider = {
			name: 'fixture',
			fetch: (on) =>
				Promise.resolve({
					ok: true,
					value: {
						base: 'EUR',
						on,
						perBase: new Map([
							['EUR', '1'],
							['USD', '1.25'],
							['GBP', '0.8']
						])
					}
				})
		};
		await refreshRates(ctx, fixture, '2026-11-20');
		expect(await worth(ctx, 'EUR', '2026-11-20')).toBe(1.25);
		expect(await worth(ctx, 'GBP', '2026-11-20')).toBe(1.5625);
		expect(await ctx.db.select().from(currencies)).toHaveLength(3);
	});

	inRollback(
		'what is set of currencies, rates and their source stands in the history, with what was before',
		async (ctx) => {
			await installStandardRoles(ctx);
			await withCurrencies(ctx, 'EUR', 'USD');
			await setRate(ctx, { code: 'USD', on: '2026-11-20', rate: '0.9' });
			await setRate(ctx, { code: 'USD', on: '2026-11-20', rate: '0.92' });
			await setRate(ctx, { code: 'USD', on: '2026-11-20', rate: '0.92' });
			await changeCurrency(ctx, { ...roles('USD', true, false), autoUpdate: false });
			await chooseProvider(ctx, { provider: 'ecb' });
			expect(await removeCurrency(ctx, { code: 'EUR' })).toMatchObject({ ok: false });
			const noted = await ctx.db
				.select({ field: changes.field, old: changes.old, new: changes.new })
				.from(changes)
				.where(and(eq(changes.recordId, INSTALLATION.recordId), isNotNull(changes.field)))
				.orderBy(asc(changes.id));
			expect(noted).toEqual(
				expect.arrayContaining([
					{ field: 'currencies', old: [], new: ['EUR'] },
					{ field: 'currencies', old: ['EUR'], new: ['EUR', 'USD'] },
					{ field: 'bookkeepingCurrency', old: null, new: 'EUR' },
					{ field: 'exchangeRate', old: null, new: 'USD 2026-11-20: 0.9' },
					{ field: 'exchangeRate', old: 'USD 2026-11-20: 0.9', new: 'USD 2026-11-20: 0.92' },
					{ field: 'bookkeepingCurrency', old: 'EUR', new: 'USD' },
					{ field: 'rateProvider', old: 'none', new: 'ecb' }
				])
			);
			expect(noted.filter(({ field }) => field === 'exchangeRate')).toHaveLength(2);
		}
	);
});
