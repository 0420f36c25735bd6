import { describe, expect, test } from 'vitest';
import { visitsOf } from './model/visits.ts';
import { type DealFacts, gradeOf, scoreOf, signalsOf } from './model/signals.ts';

const quiet: DealFacts = {
	isOpen: true,
	isNew: false,
	nextStepOn: '2026-06-10',
	stageSince: '2026-06-01T08:00:00Z',
	staleAfterDays: null,
	isPaid: false,
	items: { all: 2, undated: 0, late: 0 },
	quality: null
};

const moment = { now: new Date('2026-06-10T08:00:00Z'), today: '2026-06-10' };

const namesFor = (facts: Partial<DealFacts>) =>
	signalsOf({ ...quiet, ...facts }, moment).map(({ name }) => name);

describe('the signals of a deal', () => {
	test('a deal in good order has none', () => {
		expect(namesFor({})).toEqual([]);
	});

	test('[core 5.11] money that has come wants line items, and days by contract for them', () => {
		expect(namesFor({ isPaid: true })).toEqual(['paid']);
		expect(namesFor({ isPaid: true, items: { all: 0, undated: 0, late: 0 } })).toEqual([
			'items_missing',
			'paid'
		]);
		expect(namesFor({ isPaid: true, items: { all: 2, undated: 1, late: 0 } })).toEqual([
			'days_missing',
			'paid'
		]);
		expect(namesFor({ items: { all: 0, undated: 0, late: 0 } })).toEqual([]);
	});

	test('[core 5.11] the day of the next step counts until it is over', () => {
		expect(namesFor({ nextStepOn: '2026-06-10' })).toEqual([]);
		expect(namesFor({ nextStepOn: '2026-06-09' })).toEqual(['overdue']);
	});

	test('a stage grows stale after as many whole days as it is said to', () => {
		expect(namesFor({ staleAfterDays: 10 })).toEqual([]);
		expect(signalsOf({ ...quiet, staleAfterDays: 9 }, moment)).toEqual([
			{ name: 'stale', days: 9 }
		]);
	});

	test('the most urgent comes first, and a deal that has ended shows its quality alone', () => {
		const everything = {
			...{ isNew: true, nextStepOn: '2026-06-01', staleAfterDays: 1, isPaid: true },
			...{ items: { all: 1, undated: 1, late: 1 }, quality: -20 }
		};
		expect(namesFor(everything)).toEqual([
			...['overdue', 'late_shipment', 'stale', 'days_missing', 'paid', 'new', 'quality']
		]);
		expect(namesFor({ ...everything, isOpen: false })).toEqual(['quality']);
	});

	test('whoever may not know of goods and money is told nothing of them', () => {
		expect(namesFor({ isPaid: false, items: null })).toEqual([]);
	});

	test('[C186] the score is a hundred and what its events weigh, in four grades', () => {
		expect(scoreOf(null)).toBe(null);
		expect(scoreOf(-5 + -10)).toBe(85);
		expect([110, 95, 94, 85, 84, 70, 69].map(gradeOf)).toEqual([
			...['sound', 'sound', 'good', 'good', 'fair', 'fair', 'poor']
		]);
	});
});

describe('where a deal has been', () => {
	const createdAt = new Date('2026-06-01T08:00:00Z');

	test('is its present stage since it began, as long as it was never moved', () => {
		expect(visitsOf({ stageId: 'a', createdAt }, [])).toEqual([
			{ stageId: 'a', since: createdAt, until: null }
		]);
	});

	test('is one stay after the other, the latest first, each from move to move', () => {
		const [first, second] = [new Date('2026-06-03T08:00:00Z'), new Date('2026-06-09T08:00:00Z')];
		const moves = [
			{ from: 'a', to: 'b', at: first.toISOString() },
			{ from: 'b', to: 'a', at: second.toISOString() }
		];
		expect(visitsOf({ stageId: 'a', createdAt }, moves)).toEqual([
			{ stageId: 'a', since: second, until: null },
			{ stageId: 'b', since: first, until: second },
			{ stageId: 'a', since: createdAt, until: first }
		]);
	});
});
