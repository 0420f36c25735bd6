import { z } from 'zod';
import type { Notice } from '#lib/records/notices.ts';
import { defineJob } from '#lib/server/jobs/job.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { FAN_OUT, TELL_MENTIONED } from '#lib/server/records/tell.ts';
import {
	type Registered,
	sendDailyMails,
	tellMentionedPeople,
	tellPeople,
	wakeNotification
} from './commands.server.ts';
import { WAKE } from './queries.server.ts';

/** Tells people of changes that concern them. */
export const fanOutJob = (registered: Registered) =>
	defineJob({ ...FAN_OUT, run: (ctx, input) => tellPeople(ctx, registered, input) });

/** Tells people that they are mentioned in notes. */
export const mentionedJob = (registered: Registered) =>
	defineJob({
		...TELL_MENTIONED,
		run: (ctx, input) => tellMentionedPeople(ctx, registered, input)
	});

export const wakeJob = defineJob({ ...WAKE, run: (ctx, input) => wakeNotification(ctx, input) });

/** Sends the mails of those who want one a day. */
export const dailyMailsJob = (declared: {
	readonly kinds: readonly ServerKind[];
	readonly notices: readonly Notice[];
}) =>
	defineJob({
		name: 'notifications.daily-mails',
		input: z.object({}),
		run: (ctx) => sendDailyMails(ctx, declared)
	});
