import { expect, test } from 'vitest';
import { snoozedUntil } from './model.ts';

const berlin = { timeZone: 'Europe/Berlin', dayStartsAt: '08:30' };

test('what is put aside comes back when the reader’s day begins, right across the change of clocks', () => {
	const saturday = new Date('2026-03-28T20:00:00Z');
	expect(snoozedUntil('hour', saturday, berlin).toISOString()).toBe('2026-03-28T21:00:00.000Z');
	// Clocks go forward in the night.
	expect(snoozedUntil('tomorrow', saturday, berlin).toISOString()).toBe('2026-03-29T06:30:00.000Z');
	expect(snoozedUntil('monday', saturday, berlin).toISOString()).toBe('2026-03-30T06:30:00.000Z');
	const autumn = new Date('2026-10-24T20:00:00Z');
	expect(snoozedUntil('tomorrow', autumn, berlin).toISOString()).toBe('2026-10-25T07:30:00.000Z');
});

test('on a Monday, Monday is the next one; and the day is the reader’s own', () => {
	const monday = new Date('2026-06-01T12:00:00Z');
	expect(snoozedUntil('monday', monday, berlin).toISOString()).toBe('2026-06-08T06:30:00.000Z');
	// Still Sunday in London, Monday already in Auckland.
	const late = new Date('2026-05-31T20:00:00Z');
	expect(
		snoozedUntil('monday', late, { timeZone: 'Europe/London', dayStartsAt: '09:00' }).toISOString()
	).toBe('2026-06-01T08:00:00.000Z');
	expect(
		snoozedUntil('monday', late, {
			timeZone: 'Pacific/Auckland',
			dayStartsAt: '09:00'
		}).toISOString()
	).toBe('2026-06-07T21:00:00.000Z');
});
