import { expect, test } from 'vitest';
import { stepReminderAt } from './model.ts';

test('a day that begins at 08:55 reminds at 09:05 [A-027]', () => {
	expect(stepReminderAt('UTC', '2026-06-01', '08:55').toISOString()).toBe(
		'2026-06-01T09:05:00.000Z'
	);
});

test('a day that begins at 23:55 reminds on the next one', () => {
	expect(stepReminderAt('UTC', '2026-06-01', '23:55').toISOString()).toBe(
		'2026-06-02T00:05:00.000Z'
	);
});

test('half past eight is half past eight on either side of both changes of clocks', () => {
	const at = (day: string) => stepReminderAt('Europe/Berlin', day, '08:30').toISOString();
	expect(at('2026-03-28')).toBe('2026-03-28T07:40:00.000Z');
	expect(at('2026-03-29')).toBe('2026-03-29T06:40:00.000Z');
	expect(at('2026-10-24')).toBe('2026-10-24T06:40:00.000Z');
	expect(at('2026-10-25')).toBe('2026-10-25T07:40:00.000Z');
});
