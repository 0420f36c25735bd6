import { describe, expect, test } from 'vitest';
import { instantIn, isOverdue, nextWorkingDay, timeIn, todayIn } from './days.ts';

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

test('a time on a day is the moment at which clocks there show it', () => {
	const at = (zone: string, day: string, time: string) =>
		instantIn(zone, day, time).toISOString().slice(0, 16);
	expect(at('UTC', '2026-06-01', '09:00')).toBe('2026-06-01T09:00');
	expect(at('Europe/Berlin', '2026-06-01', '09:00')).toBe('2026-06-01T07:00');
	expect(at('America/New_York', '2026-01-15', '23:30')).toBe('2026-01-16T04:30');
	expect(at('Asia/Kathmandu', '2026-06-01', '00:00')).toBe('2026-05-31T18:15');
});

test('clocks that are put forward skip times, clocks that are put back show them twice', () => {
	const at = (zone: string, day: string, time: string) =>
		instantIn(zone, day, time).toISOString().slice(0, 16);
	// Berlin: 2 o’clock becomes 3 in March, 3 becomes 2 in October.
	expect(at('Europe/Berlin', '2026-03-29', '01:59')).toBe('2026-03-29T00:59');
	expect(at('Europe/Berlin', '2026-03-29', '02:30')).toBe('2026-03-29T01:30');
	expect(at('Europe/Berlin', '2026-03-29', '03:00')).toBe('2026-03-29T01:00');
	expect(at('Europe/Berlin', '2026-10-25', '02:30')).toBe('2026-10-25T00:30');
	expect(at('Europe/Berlin', '2026-10-25', '03:00')).toBe('2026-10-25T02:00');
	// Lord Howe: half an hour, on the other side of the world and of the year.
	expect(at('Australia/Lord_Howe', '2026-10-04', '02:15')).toBe('2026-10-03T15:45');
	expect(at('Australia/Lord_Howe', '2026-04-05', '01:45')).toBe('2026-04-04T14:45');
});

test('every moment of a year is found again by what clocks show, or an hour before it', () => {
	for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Tokyo']) {
		for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 5_820_000) {
			const moment = new Date(Math.floor(at / 60_000) * 60_000);
			const found = instantIn(zone, todayIn(zone, moment), timeIn(zone, moment));
			const late = moment.getTime() - found.getTime();
			expect(late === 0 || (late > 0 && late <= 3_600_000), `${zone} ${moment.toISOString()}`).toBe(
				true
			);
		}
	}
});
