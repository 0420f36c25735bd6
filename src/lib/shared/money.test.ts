import { expect, test } from 'vitest';
import { amountInput, parseAmount } from './money.ts';

test('amounts are read in the notations that people use', () => {
	const typed = ['1299.5', '1.299,50', '1,299.50', "1'299.50", '1 299,5', ' 1299.50 '];
	expect(typed.map((text) => parseAmount(text, 'EUR'))).toEqual(typed.map(() => '129950'));
	expect(parseAmount('1.299', 'EUR')).toBe('129900');
	expect(parseAmount('1,234,567', 'EUR')).toBe('123456700');
	expect(parseAmount('-,5', 'EUR')).toBe('-50');
	expect(parseAmount('1500', 'JPY')).toBe('1500');
});

test('what is no amount, or finer than the currency, is refused', () => {
	const typed = ['', 'abc', '12a', '1.2345', '--1', '.', '1,5000'];
	expect(typed.map((text) => parseAmount(text, 'EUR'))).toEqual(typed.map(() => null));
	expect(parseAmount('15.5', 'JPY')).toBe(null);
});

test('an amount in an input reads back as itself', () => {
	for (const minor of ['0', '1', '-1', '100', '129950', '999999999999999']) {
		expect(parseAmount(amountInput(minor, 'EUR'), 'EUR')).toBe(minor);
	}
	expect(amountInput('129900', 'EUR')).toBe('1299');
	expect(amountInput('129950', 'EUR')).toBe('1299.50');
});
