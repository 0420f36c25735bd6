import { expect, test } from 'vitest';
import { balanceOf } from './model.ts';
import { sumUp } from './model/totals.ts';

const EUR = (minor: string) => ({ minor, currency: 'EUR' });
const paid = (amountMinor: string, currency: string, worth: string | null, official = true) => ({
	...{ amountMinor, currency, worth, dealWorth: '1', official }
});

test('what a deal has brought is told by the rates of the days, exactly, and says how good they are', () => {
	const own = paid('10000', 'EUR', '1', false);
	expect(balanceOf(EUR('40000'), [own])).toEqual({
		...{ received: [EUR('10000')], expected: EUR('30000'), share: 0.25 },
		...{ quality: null, unrated: [] }
	});
	const official = balanceOf(EUR('40000'), [own, paid('1000', 'JPY', '0.0062')]);
	expect(official).toMatchObject({ received: [EUR('10620')], quality: 'official' });
	const mixed = [paid('100', 'USD', '0.8'), paid('100', 'GBP', '1.25', false)];
	expect(balanceOf(EUR('40000'), mixed).quality).toBe('approximate');
	// More than was asked for is told as it is.
	expect(balanceOf(EUR('5000'), [own]).expected).toEqual(EUR('-5000'));
});

test('without an amount of the deal what has come stands per currency', () => {
	const received = [paid('100', 'USD', null), paid('50', 'USD', null), paid('7', 'EUR', '1')];
	expect(balanceOf(null, received)).toEqual({
		...{ received: [{ minor: '150', currency: 'USD' }, EUR('7')], expected: null },
		...{ share: null, quality: null, unrated: [] }
	});
});

test('totals are rounded once, in the digits of the currency that they are told in', () => {
	const row = {
		...{ noState: false, noMarketing: false, officialState: true, officialMarketing: true },
		...{ stateCode: 'EUR', marketingCode: 'EUR' }
	};
	const thirds = { ...row, currency: 'USD', minor: '1', state: '0.333', marketing: '0.333' };
	const yen = { ...row, currency: 'JPY', minor: '3', state: '0.00500', marketing: '0.00500' };
	const { totals, unrated } = sumUp([thirds, yen], '0');
	// 0.333 ct and 0.5 ct are not yet a cent; together they are.
	expect(totals).toEqual([{ sum: EUR('1'), withVat: null, quality: 'official' }]);
	expect(unrated).toEqual([]);
	expect(sumUp([], '19').totals).toEqual([]);
});
