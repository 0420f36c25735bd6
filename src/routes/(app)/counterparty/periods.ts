import { PERIODS, type Period } from '#lib/shared/periods.ts';
import type { ListFilter } from '#lib/ui/list/column.ts';
import { m } from '#lib/messages/messages.js';

const WORDS: Readonly<Record<Period, () => string>> = {
	today: m.lists_period_today,
	week: m.lists_period_week,
	month: m.lists_period_month,
	last_month: m.lists_period_last_month,
	first_half: m.lists_period_first_half,
	nine_months: m.lists_period_nine_months,
	year: m.lists_period_year,
	second_half_last: m.lists_period_second_half_last
};

/** Filters of a list by the day of its rows: one of the usual spans, or from one day until another. */
export const periodFilters = (label: string): readonly ListFilter[] => [
	{
		name: 'period',
		label,
		options: PERIODS.map((period) => ({ value: period, label: WORDS[period]() }))
	},
	{ name: 'from', label: m.lists_from(), options: [], isDay: true },
	{ name: 'until', label: m.lists_until(), options: [], isDay: true }
];
