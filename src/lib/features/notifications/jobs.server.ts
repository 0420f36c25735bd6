import { z } from 'zod';
import type { Notice } from '#lib/records/notices.ts';
import { defineJob } from '#lib/server/jobs/job.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { FAN_OUT } from '#lib/server/records/tell.ts';
import {
	type Registered,
	sendDailyMails,
	tellPeople,
	wakeNotification
} from './commands.server.ts';
import { WAKE } from './queries.server.ts';

/** Tells people of changes that concern them. */
export const fanOutJob = (registered: Registered) =>
	defineJob({ ...FAN_OUT, run: (ctx, input) => tellPeople(ctx, registered, input) });

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
