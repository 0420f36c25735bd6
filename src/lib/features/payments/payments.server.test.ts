import { and, asc, eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import {
	addCurrency,
	changeCurrency,
	refreshRates,
	removeCurrency,
	setRate
} from '#lib/features/currencies/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	changes,
	closingReasons,
	currencies,
	dealCoOwners,
	deals,
	payments,
	rates
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import type { RateProvider } from '#lib/server/rates/provider.ts';
import { newId } from '#lib/shared/ids.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { inRollback } from '#tests/support/database.ts';
import { aColleague, aDeal, aSalesOffice } from '#tests/support/deals.ts';
import { aPayment, PAYMENT, theCurrencies } from '#tests/support/goods.ts';
import {
	addPayment,
	changePayment,
	changePaymentSettings,
	changeEnd,
	endDeal,
	removePayment,
	resumeDeal,
	settleRates
} from './commands.server.ts';
import { isOverdue } from './model.ts';
import { getPayment, listPayments, listPaymentsOf, totalPayments } from './queries.server.ts';
import { AddPayment, paymentList } from './schema.ts';

const EUR = (minor: string) => ({ minor, currency: 'EUR' });

/** Ann's office with a reason to lose a deal, and a deal of hers over 10,000 €. */
async function begin(ctx: Ctx) {
	const now = { ...ctx, now: new Date('2026-11-20T10:00:00Z') };
	await theCurrencies(now);
	const office = await aSalesOffice(now, 'Hamburg');
	const price = newId();
	await now.db.insert(closingReasons).values([
		{ id: price, departmentId: office.id, name: 'Price', outcome: 'lost', position: 'a1' },
		{ id: newId(), departmentId: office.id, name: 'Won', outcome: 'won', position: 'a0' }
	]);
	const ann = await aColleague(now, 'Ann', 'manager', office);
	const dealId = await aDeal(ann, { amount: EUR('1000000') });
	return { now, office, ann, dealId, price };
}

async function shownOf(ctx: Ctx, dealId: string) {
	const [deal] = await ctx.db.select().from(deals).where(eq(deals.id, dealId));
	if (!deal) throw new Error('no such deal');
	const { id, ownerId, departmentId, amountMinor, currency } = deal;
	const amount =
		amountMinor !== null && currency !== null ? { minor: `${amountMinor}`, currency } : null;
	return { id, ownerId, departmentId, amount, coOwnerIds: [], defaultCurrency: 'EUR' };
}

async function panelOf(ctx: Ctx, dealId: string) {
	const panel = await listPaymentsOf(ctx, await shownOf(ctx, dealId));
	if (!panel) throw new Error('no payments for this person');
	return panel;
}

const ratesOf = (ctx: Ctx, currency: string) =>
	ctx.db
		.select({ on: rates.on, worth: rates.worth, quality: rates.quality })
		.from(rates)
		.where(eq(rates.currency, currency))
		.orderBy(asc(rates.on));

const query = (address = '') => readListQuery(new URLSearchParams(address), paymentList);

describe('a payment', () => {
	inRollback(
		'[B189] counts in the deal’s currency by the rate of the day on which it came',
		async (ctx) => {
			const { now, ann, dealId } = await begin(ctx);
			await setRate(now, { code: 'USD', on: '2026-11-12', rate: '0.9' });
			await aPayment(ann, { dealId, amountMinor: 100_000n, currency: 'USD' });
			await aPayment(ann, {
				...{ dealId, amountMinor: 100_000n, currency: 'USD', paidOn: '2026-11-12' }
			});
			await aPayment(ann, { dealId, amountMinor: 30_000n });
			await aPayment(ann, { dealId, status: 'guaranteed', amountMinor: 500_000n });
			expect((await panelOf(ann, dealId)).balance).toEqual({
				...{ received: [EUR('200000')], expected: EUR('800000'), share: 0.2 },
				...{ quality: 'approximate', unrated: [] }
			});
		}
	);

	inRollback('in a currency without any rate is said to be missing, not counted', async (ctx) => {
		const { ann, dealId } = await begin(ctx);
		await aPayment(ann, { dealId, amountMinor: 5_000n, currency: 'JPY' });
		await aPayment(ann, { dealId, amountMinor: 10_000n });
		expect((await panelOf(ann, dealId)).balance).toMatchObject({
			...{ received: [EUR('10000')], expected: null, share: null, unrated: ['JPY'] }
		});
		expect(await ratesOf(ctx, 'JPY')).toEqual([]);
		expect(await totalPayments(ann, query())).toMatchObject({ unrated: ['JPY'] });
	});

	inRollback('[C200] that has come carries the nearest rate over to its day, once', async (ctx) => {
		const { ann, dealId } = await begin(ctx);
		await aPayment(ann, { dealId, currency: 'USD' });
		await aPayment(ann, { dealId, currency: 'USD' });
		await aPayment(ann, { dealId, currency: 'USD', status: 'high', paidOn: '2026-11-15' });
		expect(await ratesOf(ctx, 'USD')).toEqual([
			{ on: '2026-11-01', worth: '0.8000000000', quality: 'approximate' },
			{ on: '2026-11-10', worth: '0.8000000000', quality: 'approximate' }
		]);
	});

	test('[C201] without a currency or an amount is refused by name', () => {
		const read = (input: object) => {
			const form = { dealId: newId(), paidOn: '2026-11-20', status: 'received', ...input };
			const read = AddPayment.safeParse(form);
			return read.success
				? read.data.amountMinor
				: read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
		};
		expect(read({ amount: '12', currency: '' })).toContain('currency currency_needed');
		expect(read({ amount: '', currency: 'EUR' })).toEqual(['amount required']);
		expect(read({ amount: '0', currency: 'EUR' })).toEqual(['amount amount_zero']);
		expect(read({ amount: '12.345', currency: 'JPY' })).toBe(12_345n);
		expect(read({ amount: '12,50', currency: 'EUR' })).toBe(1_250n);
	});

	inRollback('[C205] new on a deal says what the deal’s last one said', async (ctx) => {
		const { ann, dealId } = await begin(ctx);
		expect((await panelOf(ann, dealId)).proposal).toMatchObject({
			...{ amountMinor: '1000000', currency: 'EUR', paidOn: '2026-11-20', invoiceNumber: null }
		});
		await aPayment(ann, { dealId, paidOn: '2026-10-01', invoiceNumber: 'R-1' });
		await aPayment(ann, {
			...{ dealId, currency: 'USD', amountMinor: 777n, throughRepresentation: true },
			...{ contractNumber: 'V-2', invoiceNumber: 'R-2', orderNumber: 'B-2' }
		});
		expect((await panelOf(ann, dealId)).proposal).toEqual({
			...{ amountMinor: '777', currency: 'USD', throughRepresentation: true },
			...{ contractNumber: 'V-2', invoiceNumber: 'R-2', orderNumber: 'B-2' },
			...{ paidOn: '2026-11-20', status: 'received' }
		});
	});

	inRollback('is not changed over what somebody else has written meanwhile', async (ctx) => {
		const { ann, dealId } = await begin(ctx);
		const paymentId = await aPayment(ann, { dealId });
		const change = { ...PAYMENT, paymentId, rev: 1, amountMinor: 1n };
		expect(await changePayment(ann, change)).toMatchObject({ ok: true });
		expect(await changePayment(ann, { ...change, amountMinor: 2n })).toEqual({
			...{ ok: false, error: 'changed_meanwhile' }
		});
	});

	inRollback('keeps its currency: nobody takes that away', async (ctx) => {
		const { now, ann, dealId } = await begin(ctx);
		await aPayment(ann, { dealId, currency: 'JPY' });
		expect(await removeCurrency(now, { code: 'JPY' })).toEqual({ ok: false, error: 'in_use' });
		await aDeal(ann, { amount: { minor: '1', currency: 'GBP' } });
		expect(await removeCurrency(now, { code: 'GBP' })).toEqual({ ok: false, error: 'in_use' });
	});

	inRollback('leaves no amount in the deal’s history, which more people read', async (ctx) => {
		const { ann, dealId } = await begin(ctx);
		const paymentId = await aPayment(ann, { dealId, amountMinor: 77_712_345_678n });
		await removePayment(ann, { paymentId });
		const ofDeal = await ctx.db.select().from(changes).where(eq(changes.recordId, dealId));
		expect(ofDeal.map(({ act }) => act)).toEqual(
			expect.arrayContaining(['payment.added', 'payment.removed'])
		);
		expect(JSON.stringify(ofDeal)).not.toContain('77712345678');
		const own = await ctx.db
			.select()
			.from(changes)
			.where(and(eq(changes.kind, 'payment'), eq(changes.recordId, paymentId)));
		expect(own.map(({ act }) => act).sort()).toEqual(['payment.added', 'payment.removed']);
		expect(JSON.stringify(own)).toContain('77712345678');
	});

	test('[C204] expected for a day that has passed is overdue', () => {
		const due = { status: 'high', paidOn: '2026-11-19' } as const;
		expect(isOverdue(due, '2026-11-20')).toBe(true);
		expect(isOverdue(due, '2026-11-19')).toBe(false);
		expect(isOverdue({ ...due, status: 'received' }, '2026-11-20')).toBe(false);
	});
});

describe('the rights on payments', () => {
	inRollback(
		'[C21] an accountant changes those of every department, adds and removes none',
		async (ctx) => {
			const { now, ann, dealId } = await begin(ctx);
			const paymentId = await aPayment(ann, { dealId });
			const acca = await aColleague(now, 'Acca', 'accountant');
			const change = { ...PAYMENT, paymentId, rev: 1, status: 'guaranteed' as const };
			expect(await changePayment(acca, change)).toMatchObject({ ok: true });
			await expect(addPayment(acca, { ...PAYMENT, dealId })).rejects.toThrow(Forbidden);
			await expect(removePayment(acca, { paymentId })).rejects.toThrow(Forbidden);
			expect(await addCurrency(acca, { code: 'CHF' })).toMatchObject({ ok: true });
			const said = { code: 'CHF', autoUpdate: false, isState: false, isMarketing: false };
			expect(await changeCurrency(acca, said)).toMatchObject({ ok: true });
			expect(await getPayment(acca, paymentId)).toMatchObject({
				...{ mayEdit: true, mayRemove: false, mayOpenDeal: false }
			});
		}
	);

	inRollback(
		'[C22] a manager reads those of colleagues and changes those of deals he owns or co-owns',
		async (ctx) => {
			const { now, office, ann, dealId } = await begin(ctx);
			const paymentId = await aPayment(ann, { dealId });
			const bob = await aColleague(now, 'Bob', 'manager', office);
			const change = { ...PAYMENT, paymentId, rev: 1 };
			expect(await getPayment(bob, paymentId)).toMatchObject({ mayEdit: false });
			await expect(changePayment(bob, change)).rejects.toThrow(Forbidden);
			await now.db.insert(dealCoOwners).values({ dealId, userId: bob.actor.id });
			expect(await changePayment(bob, change)).toMatchObject({ ok: true });
			const chief = await aColleague(now, 'Carl', 'chief');
			await expect(removePayment(chief, { paymentId })).rejects.toThrow(Forbidden);
			const olga = await aColleague(now, 'Olga', 'operator', office);
			await expect(getPayment(olga, paymentId)).rejects.toThrow(NotFound);
			expect(await listPaymentsOf(olga, await shownOf(ctx, dealId))).toBeNull();
			const tina = await aColleague(now, 'Tina', 'manager', await aSalesOffice(now, 'Malmö'));
			await expect(getPayment(tina, paymentId)).rejects.toThrow(NotFound);
			await expect(changePayment(tina, change)).rejects.toThrow(NotFound);
			expect((await listPayments(tina, query())).page.rows).toEqual([]);
		}
	);
});

describe('the list of payments', () => {
	inRollback('is filtered, turned page by page, and keeps its order', async (ctx) => {
		const { ann, dealId } = await begin(ctx);
		const ids: string[] = [];
		for (let day = 1; day <= 28; day++) {
			const paidOn = `2026-10-${String(day).padStart(2, '0')}`;
			ids.unshift(await aPayment(ann, { dealId, paidOn }));
			ids.unshift(await aPayment(ann, { dealId, paidOn, status: 'low' }));
		}
		const first = await listPayments(ann, query());
		expect(first.total).toEqual({ count: 56, more: false });
		const after = first.page.after ?? '';
		const second = await listPayments(ann, query(`after=${after}`));
		const all = [...first.page.rows, ...second.page.rows].map(({ id }) => id);
		expect([...all].sort()).toEqual([...ids].sort());
		const days = [...first.page.rows, ...second.page.rows].map(({ paidOn }) => paidOn);
		expect(days).toEqual([...days].sort().reverse());
		const countOf = async (address: string) =>
			(await listPayments(ann, query(address))).total.count;
		expect(await countOf('status=received')).toBe(28);
		expect(await countOf('status=expected')).toBe(28);
		expect(await countOf('from=2026-10-10&until=2026-10-12')).toBe(6);
		expect(await countOf('period=last_month')).toBe(56);
		expect(await countOf('period=month')).toBe(0);
		expect(await countOf('owner=nobody')).toBe(0);
	});

	inRollback(
		'sums up what is listed in both reporting currencies, with VAT, in rates of the day',
		async (ctx) => {
			const { now, ann, dealId } = await begin(ctx);
			const roles = { code: 'USD', autoUpdate: true, isState: false, isMarketing: true };
			await changeCurrency(now, roles);
			await changePaymentSettings(now, { vat: '19', marksRepresentation: false });
			await aPayment(ann, { dealId, amountMinor: 80_000n });
			await aPayment(ann, { dealId, amountMinor: 100_000n, currency: 'USD' });
			await aPayment(ann, { dealId, amountMinor: 64_000n, currency: 'GBP', paidOn: '2026-10-01' });
			expect((await totalPayments(ann, query())).totals).toEqual([
				{ sum: EUR('240000'), withVat: EUR('285600'), quality: 'approximate' },
				{
					sum: { minor: '300000', currency: 'USD' },
					withVat: { minor: '357000', currency: 'USD' },
					quality: 'approximate'
				}
			]);
			expect((await totalPayments(ann, query('currency=GBP'))).totals[0]?.sum).toEqual(
				EUR('80000')
			);
		}
	);
});

describe('a deal that is lost', () => {
	inRollback(
		'[T164, B165] sets what was expected aside once that is said, and expects it again when reopened',
		async (ctx) => {
			const { ann, dealId, price } = await begin(ctx);
			const received = await aPayment(ann, { dealId });
			const expected = await aPayment(ann, { dealId, status: 'guaranteed' });
			const lose = { dealId, outcome: 'lost', reasonId: price, setAside: false } as const;
			expect(await endDeal(ann, lose)).toEqual({ ok: false, error: 'forecasts_left' });
			const shown = async () =>
				new Map((await panelOf(ann, dealId)).rows.map(({ id, isAside }) => [id, isAside]));
			expect((await shown()).get(expected)).toBe(false);
			expect(await endDeal(ann, { ...lose, setAside: true })).toMatchObject({ ok: true });
			expect(await shown()).toEqual(
				new Map([
					[received, false],
					[expected, true]
				])
			);
			expect((await listPayments(ann, query())).page.rows.map(({ id }) => id)).toEqual([received]);
			expect(await resumeDeal(ann, { dealId })).toMatchObject({ ok: true });
			expect((await shown()).get(expected)).toBe(false);
		}
	);

	inRollback('without anything expected, or won, is ended without a question', async (ctx) => {
		const { ann, dealId, price } = await begin(ctx);
		await aPayment(ann, { dealId });
		const lose = { outcome: 'lost', reasonId: price, setAside: false } as const;
		expect(await endDeal(ann, { dealId, ...lose })).toMatchObject({ ok: true });
		const other = await aDeal(ann, { amount: EUR('100') });
		await aPayment(ann, { dealId: other, status: 'high' });
		const won = { dealId: other, outcome: 'won', setAside: false } as const;
		expect(await endDeal(ann, won)).toMatchObject({ ok: true });
		expect((await panelOf(ann, other)).rows[0]?.isAside).toBe(false);
	});
});

describe('a deal that gets another end', () => {
	inRollback(
		'[core 5.24, B165] expects again what was set aside, or asks before setting it aside',
		async (ctx) => {
			const { ann, dealId, price } = await begin(ctx);
			await aPayment(ann, { dealId, status: 'guaranteed' });
			const isAside = async () => (await panelOf(ann, dealId)).rows[0]?.isAside;
			const lose = { dealId, outcome: 'lost', reasonId: price, setAside: false } as const;
			const win = { dealId, outcome: 'won', setAside: false } as const;
			await endDeal(ann, { ...lose, setAside: true });
			expect(await changeEnd(ann, win)).toMatchObject({ ok: true });
			expect(await isAside()).toBe(false);
			expect(await changeEnd(ann, lose)).toEqual({ ok: false, error: 'forecasts_left' });
			expect(await isAside()).toBe(false);
			expect(await changeEnd(ann, { ...lose, setAside: true })).toMatchObject({ ok: true });
			expect(await isAside()).toBe(true);
		}
	);
});

/** Says the same of every day, and which days it was asked for. */
function saying(worth: Readonly<Record<string, string>>) {
	const asked: string[] = [];
	const provider: RateProvider = {
		name: 'fixture',
		fetch(on) {
			asked.push(on);
			const perBase = new Map(Object.entries({ EUR: '1', ...worth }));
			return Promise.resolve({ ok: true, value: { base: 'EUR', on, perBase } });
		}
	};
	return { provider, asked };
}

describe('the daily rates', () => {
	inRollback(
		'[T199] refresh every currency that is updated, and make past rates of received money official',
		async (ctx) => {
			const { now, ann, dealId } = await begin(ctx);
			await now.db.update(currencies).set({ autoUpdate: false }).where(eq(currencies.code, 'JPY'));
			await aPayment(ann, { dealId, currency: 'USD', paidOn: '2026-11-10' });
			await aPayment(ann, { dealId, currency: 'USD', paidOn: '2026-11-20' });
			await aPayment(ann, { dealId, currency: 'GBP', status: 'high', paidOn: '2026-11-11' });
			await setRate(now, { code: 'GBP', on: '2026-11-11', rate: '1.3' });
			const { provider, asked } = saying({ USD: '1.6', GBP: '0.5', JPY: '160' });
			await refreshRates(now, provider, '2026-11-19');
			const settled = await settleRates(now, provider, '2026-11-20');
			expect(settled).toEqual({ ok: true, value: { settled: 1 } });
			expect(asked).toEqual(['2026-11-19', '2026-11-10']);
			expect(await ratesOf(ctx, 'USD')).toEqual([
				{ on: '2026-11-01', worth: '0.8000000000', quality: 'approximate' },
				{ on: '2026-11-10', worth: '0.6250000000', quality: 'official' },
				{ on: '2026-11-19', worth: '0.6250000000', quality: 'official' },
				{ on: '2026-11-20', worth: '0.8000000000', quality: 'approximate' }
			]);
			expect(await ratesOf(ctx, 'GBP')).toEqual([
				{ on: '2026-11-01', worth: '1.2500000000', quality: 'approximate' },
				{ on: '2026-11-11', worth: '1.3000000000', quality: 'approximate' },
				{ on: '2026-11-19', worth: '2.0000000000', quality: 'official' }
			]);
			expect(await ratesOf(ctx, 'JPY')).toEqual([]);
			expect((await panelOf(ann, dealId)).balance.quality).toBe('approximate');
			// Nothing is left to ask for, and what is official stays.
			const other = saying({ USD: '4' });
			expect(await settleRates(now, other.provider, '2026-11-20')).toMatchObject({ ok: true });
			expect(other.asked).toEqual([]);
		}
	);

	inRollback('stop at the first answer that fails, and keep what is settled', async (ctx) => {
		const { now, ann, dealId } = await begin(ctx);
		await aPayment(ann, { dealId, currency: 'USD', paidOn: '2026-11-10' });
		await aPayment(ann, { dealId, currency: 'USD', paidOn: '2026-11-11' });
		const { provider } = saying({ USD: '1.6' });
		const failing: RateProvider = {
			name: 'failing',
			fetch: (on) =>
				on === '2026-11-10'
					? provider.fetch(on)
					: Promise.resolve({ ok: false, error: 'The bank is closed.' })
		};
		expect(await settleRates(now, failing, '2026-11-20')).toEqual({
			...{ ok: false, error: 'provider_failed' }
		});
		const qualities = (await ratesOf(ctx, 'USD')).map(({ quality }) => quality);
		expect(qualities).toEqual(['approximate', 'official', 'approximate']);
		expect(await ctx.db.select().from(payments)).toHaveLength(2);
	});
});
