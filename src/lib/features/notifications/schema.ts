import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import { KIND_NAMES, type KindName } from '#lib/shared/kinds.ts';

const id = z.string().refine(isId, 'not_found');
const kind = z.custom<KindName>((name) => KIND_NAMES.some((known) => known === name), 'not_found');

/** What an address of the inbox asks for; what cannot be read asks for nothing. */
export const InboxQuery = z.object({
	show: z.enum(['unread', 'all', 'snoozed']).catch('unread'),
	before: id.optional().catch(undefined)
});
export type InboxQuery = z.output<typeof InboxQuery>;

export const OneNotification = z.object({ notificationId: id });

/** Everything up to the newest that the page showed: what came after it stays unread. */
export const ReadAll = z.object({ upTo: id });

/** For how long something is put aside. */
export const SNOOZES = ['hour', 'tomorrow', 'monday'] as const;
export type Snooze = (typeof SNOOZES)[number];

export const SnoozeNotification = z.object({
	notificationId: id,
	until: z.enum(SNOOZES, 'not_a_choice')
});

export const MutedRecord = z.object({ kind, recordId: id });

const ticked = z.preprocess((value) => value === 'on', z.boolean());

/** How somebody wants to be told; a tick for each act and channel, named "app.<act>" and "mail.<act>". */
export const SavePreferences = z
	.looseObject({
		mailPace: z.enum(['at_once', 'daily'], 'not_a_choice'),
		dayStartsAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'not_a_time')
	})
	.transform(({ mailPace, dayStartsAt, ...ticks }) => ({
		mailPace,
		dayStartsAt,
		wants: (channel: 'app' | 'mail', act: string) => ticked.parse(ticks[`${channel}.${act}`])
	}));
export type SavePreferences = z.output<typeof SavePreferences>;
