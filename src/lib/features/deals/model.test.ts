import { describe, expect, test } from 'vitest';
import { isOverdue, keyBetween, nextWorkingDay, todayIn, totalsByCurrency } from './model.ts';

describe('the next step', () => {
	test('it is late only from the day after it, judged where the viewer is', () => {
		const justAfterMidnightInBerlin = new Date('2026-03-10T23:30:00Z');
		const inBerlin = todayIn('Europe/Berlin', justAfterMidnightInBerlin);
		const inLisbon = todayIn('Europe/Lisbon', justAfterMidnightInBerlin);
		expect([inBerlin, inLisbon]).toEqual(['2026-03-11', '2026-03-10']);
		expect(isOverdue('2026-03-10', inBerlin)).toBe(true);
		expect(isOverdue('2026-03-10', inLisbon)).toBe(false);
		expect(isOverdue(null, inBerlin)).toBe(false);
	});

	test('a new deal asks for it on the next working day', () => {
		// 12 March 2026 is a Thursday.
		const days = ['2026-03-12', '2026-03-13', '2026-03-14', '2026-03-15', '2026-12-31'];
		expect(days.map(nextWorkingDay)).toEqual([
			'2026-03-13',
			'2026-03-16',
			'2026-03-16',
			'2026-03-16',
			'2027-01-01'
		]);
	});
});

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
