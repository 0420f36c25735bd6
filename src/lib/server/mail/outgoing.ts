import { z } from 'zod';
import { isId, newId } from '#lib/shared/ids.ts';
import { authSecret } from '../auth/cookie.ts';
import type { Ctx } from '../context.ts';
import { outgoingMails } from '../db/tables/index.ts';
import { enqueue } from '../jobs/job.ts';
import { seal } from '../seal.ts';
import { publicAddress } from './settings.ts';

export type MailPurpose = (typeof outgoingMails.$inferSelect)['purpose'];

/** A mail of the system itself, to one person. */
export interface NewMail {
	readonly purpose: MailPurpose;
	/** Whose it is, when he is one of us. */
	readonly userId: string | null;
	readonly recipient: string;
	readonly subject: string;
	readonly text: string;
	readonly html: string;
	/** What only its reader may know: it stands where `SECRET_PLACE` is, while the mail is sent and never before. */
	readonly secret?: string;
}

/** Whoever looks at a mail in the mailbox of the system reads this in the secret's place. */
export const SECRET_PLACE = 'not-shown-here';

/** The job that sends a mail, or tries again. */
export const SEND_MAIL = {
	name: 'mail.send',
	input: z.object({ mailId: z.string().refine(isId) })
};

const SUBJECT_MAX = 200;

/** Hands a mail over to be sent once the transaction of `ctx` commits. */
export async function queueMail(ctx: Ctx, mail: NewMail): Promise<{ readonly id: string }> {
	const id = newId(ctx.now.getTime());
	const { hostname } = new URL(await publicAddress(ctx));
	await ctx.db.insert(outgoingMails).values({
		...mail,
		id,
		secret: mail.secret === undefined ? null : seal(authSecret(), id, mail.secret),
		subject: oneLine(mail.subject),
		messageId: `<${id}@${hostname}>`,
		createdAt: ctx.now
	});
	await enqueueSending(ctx, id, 0);
	return { id };
}

/** Has the next attempt made at that time; the same one is never enqueued twice. */
export const enqueueSending = (ctx: Ctx, mailId: string, attempt: number, at?: Date) =>
	enqueue(ctx, SEND_MAIL, { mailId }, { key: `${mailId}:${attempt}`, ...(at && { at }) });

/** A subject is one line, whatever a record is called. */
const oneLine = (text: string) => {
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > SUBJECT_MAX ? `${line.slice(0, SUBJECT_MAX - 1)}…` : line;
};
