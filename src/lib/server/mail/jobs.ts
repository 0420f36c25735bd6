import { z } from 'zod';
import { defineJob } from '../jobs/job.ts';
import { SEND_MAIL } from './outgoing.ts';
import { sendMail, tidyMails } from './send.ts';

export const sendMailJob = defineJob({ ...SEND_MAIL, run: (ctx, input) => sendMail(ctx, input) });

/** Finds mails whose worker died. */
export const tidyMailsJob = defineJob({
	name: 'mail.tidy',
	input: z.object({}),
	run: (ctx) => tidyMails(ctx)
});
