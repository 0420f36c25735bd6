import { describe, expect, test } from 'vitest';
import { isOverdue, nextWorkingDay, todayIn } from './days.ts';

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

	test('new work asks for it on the next working day [comms 3.1]', () => {
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
