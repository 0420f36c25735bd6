import { expect, test } from 'vitest';
import { PERIODS, spanOf } from './periods.ts';

test('a period is a span of whole days, whatever day it is', () => {
	const span = (period: string, today = '2028-03-15') => {
		const { from, until } = spanOf(period, today) ?? { from: '', until: '' };
		return `${from} ${until}`;
	};
	expect(span('today')).toBe('2028-03-15 2028-03-15');
	expect(span('week', '2028-03-03')).toBe('2028-02-26 2028-03-03');
	expect(span('month')).toBe('2028-03-01 2028-03-31');
	expect(span('last_month')).toBe('2028-02-01 2028-02-29');
	expect(span('last_month', '2028-01-31')).toBe('2027-12-01 2027-12-31');
	expect(span('first_half')).toBe('2028-01-01 2028-06-30');
	expect(span('nine_months')).toBe('2028-01-01 2028-09-30');
	expect(span('year')).toBe('2028-01-01 2028-12-31');
	expect(span('second_half_last')).toBe('2027-07-01 2027-12-31');
	for (const period of PERIODS) expect(spanOf(period, '2028-03-15'), period).not.toBeNull();
	expect(spanOf('ever', '2028-03-15')).toBeNull();
});
