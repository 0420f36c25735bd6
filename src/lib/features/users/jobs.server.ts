import { SEND_PASSWORD_LINK } from '#lib/server/auth/ask-password-link.ts';
import { defineJob } from '#lib/server/jobs/job.ts';
import { sendPasswordLink } from './commands.server.ts';

/** Mails the link for another password that somebody asked for. */
export const sendPasswordLinkJob = defineJob({
	...SEND_PASSWORD_LINK,
	run: (ctx, input) => sendPasswordLink(ctx, input)
});
