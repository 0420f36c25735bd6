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

/** True for a day of the calendar as YYYY-MM-DD. */
export function isDay(text: string): boolean {
	const at = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
	return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Of these texts, the days that have passed. */
export const passedDays = (texts: readonly string[], today: string): readonly string[] =>
	texts.filter((text) => DAY.test(text) && text < today);

/** The day that comes so many days after this one. */
export const daysAfter = (day: string, days: number): string =>
	new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/**
 * The moment at which clocks in this time zone show that time (HH:MM) on that day. What clocks show twice,
 * when they are put back, is the first time; what they skip, when they are put forward, comes as much later
 * as they are put.
 */
export function instantIn(timeZone: string, day: string, time: string): Date {
	const shown = Date.parse(`${day}T${time}:00Z`);
	const before = offsetAt(timeZone, shown - DAY_MS);
	const after = offsetAt(timeZone, shown + DAY_MS);
	const early = shown - before;
	if (offsetAt(timeZone, early) === before) return new Date(early);
	const late = shown - after;
	return new Date(offsetAt(timeZone, late) === after ? late : early);
}

/** What clocks in this time zone show at that moment, as HH:MM. */
export const timeIn = (timeZone: string, at: Date): string =>
	shownAt(timeZone, at.getTime()).toISOString().slice(11, 16);

/** By how much clocks in this time zone are ahead of UTC at that moment. */
const offsetAt = (timeZone: string, at: number): number =>
	shownAt(timeZone, at).getTime() - Math.floor(at / 1000) * 1000;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What clocks show, as if it were UTC. */
function shownAt(timeZone: string, at: number): Date {
	const clock =
		clocks.get(timeZone) ??
		// The Swedish way of writing dates and times is the ISO one.
		new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
	clocks.set(timeZone, clock);
	return new Date(`${clock.format(at).replace(' ', 'T')}Z`);
}
