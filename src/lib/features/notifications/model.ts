import { m } from '#lib/messages/messages.js';
import type { Notice, NoticeReason } from '#lib/records/notices.ts';
import { daysAfter, instantIn, todayIn } from '#lib/shared/days.ts';
import type { Snooze } from './schema.ts';

/** When somebody's day begins who has not said so. */
export const DAY_STARTS_AT = '08:30';

const HOUR_MS = 3_600_000;
const MONDAY = 1;

interface Where {
	readonly timeZone: string;
	readonly dayStartsAt: string;
}

/** When what is put aside comes back: in an hour, or when the reader's day begins. */
export function snoozedUntil(choice: Snooze, now: Date, { timeZone, dayStartsAt }: Where): Date {
	if (choice === 'hour') return new Date(now.getTime() + HOUR_MS);
	const today = todayIn(timeZone, now);
	const days = choice === 'tomorrow' ? 1 : daysToMonday(today);
	return instantIn(timeZone, daysAfter(today, days), dayStartsAt);
}

/** A week, on a Monday. */
const daysToMonday = (day: string) =>
	((MONDAY - new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

const REASONS: Readonly<Record<NoticeReason, typeof m.notifications_reason_owner>> = {
	owner: m.notifications_reason_owner,
	co_owner: m.notifications_reason_co_owner,
	responsible: m.notifications_reason_responsible,
	subscriber: m.notifications_reason_subscriber,
	mentioned: m.notifications_reason_mentioned,
	reminder: m.notifications_reason_reminder,
	author: m.notifications_reason_author,
	administrator: m.notifications_reason_administrator
};

/** Why somebody is told, as a sentence. */
export function reasonSentence(reason: string, locale?: 'en' | 'de'): string {
	// Written by the fan-out; an older program may have known other reasons.
	const sentence = REASONS[reason as NoticeReason] as (typeof REASONS)[NoticeReason] | undefined;
	return sentence?.({}, locale ? { locale } : {}) ?? '';
}

/** Something that somebody is told. */
interface Event {
	readonly notice: Notice;
	/** Null when the reader may not see the record. */
	readonly title: string | null;
	readonly actorId: string | null;
	readonly params: Readonly<Record<string, string>>;
	readonly batchId?: string | null | undefined;
}

interface Telling {
	readonly names: ReadonlyMap<string, string>;
	readonly language: 'en' | 'de';
}

/** What happened, in one sentence; of many changes made together, the one that stands for them. */
export function sentenceOf(
	{ notice, title, actorId, params, batchId }: Event,
	{ names, language }: Telling
): string {
	const locale = { locale: language };
	const who = (actorId && names.get(actorId)) || m.shell_app_name({}, locale);
	if (title === null && !notice.isOwn) return m.notifications_hidden_record({}, locale);
	const sentence = notice.says({ who, title: title ?? '', params }, locale);
	return batchId ? m.notifications_and_more({ sentence }, locale) : sentence;
}
