import { describe, expect, test } from 'vitest';
import { convertedTotal, keyBetween, totalsByCurrency, weighted } from './model.ts';

test('sums stay apart by currency, the largest first, beyond what a number can hold', () => {
	const total = totalsByCurrency([
		{ minor: '9007199254740993', currency: 'EUR' },
		null,
		{ minor: '100', currency: 'SEK' },
		{ minor: '2', currency: 'EUR' }
	]);
	expect(total).toEqual([
		{ minor: '9007199254740995', currency: 'EUR' },
		{ minor: '100', currency: 'SEK' }
	]);
});

test('sums are weighted by a likelihood, rounded down, or not at all', () => {
	const sums = [{ minor: '9007199254740993', currency: 'EUR' }];
	expect(weighted(sums, 10)).toEqual([{ minor: '900719925474099', currency: 'EUR' }]);
	expect(weighted(sums, 0)).toEqual([{ minor: '0', currency: 'EUR' }]);
	expect(weighted(sums, null)).toBe(null);
});

describe('keyBetween', () => {
	test('keys sort between their neighbours by bytes, a thousand inserts deep', () => {
		let low = keyBetween(null, null);
		let high = keyBetween(low, null);
		for (let i = 0; i < 1000; i++) {
			const key = keyBetween(low, high);
			expect(low < key && key < high).toBe(true);
			if (i % 2) low = key;
			else high = key;
		}
	});

	test('two people who drop a card in the same gap make different keys', () => {
		const [low, high] = ['a0', 'a1'];
		const keys = new Set(Array.from({ length: 500 }, () => keyBetween(low, high)));
		expect(keys.size).toBeGreaterThan(495);
	});
});

test('sums of several currencies come together in one, or not at all when a rate is missing', () => {
	const eur = { minor: '1000', currency: 'EUR', worth: '1' };
	const usd = { minor: '500', currency: 'USD', worth: '0.8' };
	const nothing = { minor: null, currency: null, worth: null };
	expect(convertedTotal([eur, usd, nothing], 'EUR')).toEqual({ minor: '1400', currency: 'EUR' });
	expect(convertedTotal([eur, nothing], 'EUR')).toBeNull();
	expect(convertedTotal([eur, { ...usd, worth: null }], 'EUR')).toBeNull();
	expect(convertedTotal([eur, usd], null)).toBeNull();
});
