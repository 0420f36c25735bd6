/** Spans of days that lists of money and goods are asked for, in the order in which people see them. */
export const PERIODS = [
	'today',
	'week',
	'month',
	'last_month',
	'first_half',
	'nine_months',
	'year',
	'second_half_last'
] as const;
export type Period = (typeof PERIODS)[number];

interface Span {
	/** Both days belong to it. */
	readonly from: string;
	readonly until: string;
}

/** The days of a period as seen from this day; null for what is none. */
export function spanOf(period: string, today: string): Span | null {
	const year = Number(today.slice(0, 4));
	const month = Number(today.slice(5, 7));
	switch (period) {
		case 'today':
			return { from: today, until: today };
		case 'week':
			return { from: earlier(today, 6), until: today };
		case 'month':
			return monthsOf(year, month, month);
		case 'last_month':
			return month === 1 ? monthsOf(year - 1, 12, 12) : monthsOf(year, month - 1, month - 1);
		case 'first_half':
			return monthsOf(year, 1, 6);
		case 'nine_months':
			return monthsOf(year, 1, 9);
		case 'year':
			return monthsOf(year, 1, 12);
		case 'second_half_last':
			return monthsOf(year - 1, 7, 12);
		default:
			return null;
	}
}

const monthsOf = (year: number, first: number, last: number): Span => ({
	from: new Date(Date.UTC(year, first - 1, 1)).toISOString().slice(0, 10),
	// Day 0 is the last one of the month before.
	until: new Date(Date.UTC(year, last, 0)).toISOString().slice(0, 10)
});

const earlier = (day: string, days: number) =>
	new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
