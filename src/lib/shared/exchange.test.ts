import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crossRate, exchange, parseRate } from './exchange.ts';

const convert = (minor: bigint, from: string, to: string, rate: string) =>
	exchange(minor, { currency: from, worth: rate }, { currency: to, worth: '1' });

describe('an exchange rate', () => {
	test('is read with point or comma, without useless zeros', () => {
		expect(parseRate(' 1,0840 ')).toBe('1.084');
		expect(parseRate('007.50')).toBe('7.5');
		expect(parseRate('158')).toBe('158');
	});

	test('is refused when it is zero, negative, too fine or no number', () => {
		for (const typed of ['0', '0.0000000000', '-1', '1e3', '1.23456789012', '', 'abc', '1.2.3']) {
			expect(parseRate(typed), typed).toBeNull();
		}
	});

	test('converts minor units between currencies of other digits, halves away from zero', () => {
		expect(convert(129_900n, 'EUR', 'USD', '1.08')).toBe(140_292n);
		expect(convert(10_000n, 'EUR', 'JPY', '161.5')).toBe(16_150n);
		expect(convert(161n, 'JPY', 'EUR', '0.0062')).toBe(100n);
		expect(convert(1n, 'EUR', 'USD', '0.5')).toBe(1n);
		expect(convert(-1n, 'EUR', 'USD', '0.5')).toBe(-1n);
		expect(convert(1_000n, 'KWD', 'EUR', '3')).toBe(300n);
	});

	const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
	const rate = fc
		.tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 1, max: 999_999 }))
		.map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, '0')}`);

	test('of one changes nothing, and signs do not matter', () => {
		fc.assert(
			fc.property(amount, rate, (minor, rate) => {
				expect(convert(minor, 'EUR', 'EUR', '1')).toBe(minor);
				expect(convert(-minor, 'EUR', 'USD', rate)).toBe(-convert(minor, 'EUR', 'USD', rate));
			}),
			{ seed: 41 }
		);
	});

	test('leads back through its inverse to within rounding', () => {
		fc.assert(
			fc.property(fc.bigInt({ min: 0n, max: 10n ** 9n }), (minor) => {
				const there = convert(minor, 'EUR', 'USD', '1.25');
				const back = convert(there, 'USD', 'EUR', crossRate('1', '1.25'));
				expect(back - minor <= 1n && minor - back <= 1n).toBe(true);
			}),
			{ seed: 42 }
		);
	});
});
