const DAY_MS = 86_400_000;

/** The calendar day that it is for somebody in this time zone, as YYYY-MM-DD. */
export function todayIn(timeZone: string, now: Date): string {
	// en-CA writes days the way ISO 8601 does.
	return new Intl.DateTimeFormat('en-CA', {
		timeZone,
		year: 'numeric',
		month: '2-digit',
		day: '2-digit'
	}).format(now);
}

/** The working day after this one: Friday, Saturday and Sunday lead to Monday. */
export function nextWorkingDay(day: string): string {
	const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
	const ahead = weekday === 5 ? 3 : weekday === 6 ? 2 : 1;
	return new Date(Date.parse(`${day}T00:00:00Z`) + ahead * DAY_MS).toISOString().slice(0, 10);
}

/** A next step is late from the day after it; what has ended is never late. */
export const isOverdue = (nextStepOn: string | null, today: string) =>
	nextStepOn !== null && nextStepOn < today;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Of these texts, the days that have passed. */
export const passedDays = (texts: readonly string[], today: string): readonly string[] =>
	texts.filter((text) => DAY.test(text) && text < today);
