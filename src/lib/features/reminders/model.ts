import { instantIn } from '#lib/shared/days.ts';

/** Minutes into the day at which a next step is reminded of, when its owner has begun to work. */
const AFTER_MINUTES = 10;
const MINUTE_MS = 60_000;

/**
 * When somebody is reminded of a next step: on its day, ten minutes after his own begins, where he is. The ten
 * minutes are real ones, whatever clocks do.
 */
export const stepReminderAt = (timeZone: string, day: string, dayStartsAt: string): Date =>
	new Date(instantIn(timeZone, day, dayStartsAt).getTime() + AFTER_MINUTES * MINUTE_MS);
