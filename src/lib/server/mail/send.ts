import { and, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm';
import { inTransaction, type Ctx } from '../context.ts';
import { outgoingMails } from '../db/tables/index.ts';
import { authSecret } from '../auth/cookie.ts';
import { unseal } from '../seal.ts';
import { deliver, type Delivery } from './deliver.ts';
import { enqueueSending, SECRET_PLACE } from './outgoing.ts';
import { findMailServer, UnreadablePassword } from './settings.ts';

type Mail = typeof outgoingMails.$inferSelect;

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** How long to wait after each attempt that was clearly refused for the moment; then it has failed. */
const PAUSES_MS = [0, 1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * MINUTE_MS);
/** Longer than an attempt can take. */
const SURELY_DEAD_MS = 5 * MINUTE_MS;

/**
 * Tries once to send a mail that waits. The state says so before and how it went after; what was said to
 * the mail server and not answered is unknown, and nobody tries again by himself.
 */
export async function sendMail(
	ctx: Ctx,
	{ mailId }: { readonly mailId: string },
	hand: typeof deliver = deliver
): Promise<void> {
	const mail = await claim(ctx, mailId);
	if (mail) await settle(ctx, mail, await attempt(ctx, mail, hand));
}

/** Only one who finds it waiting sends it. */
async function claim(ctx: Ctx, mailId: string): Promise<Mail | null> {
	const isDue = or(
		isNull(outgoingMails.nextAttemptAt),
		lte(outgoingMails.nextAttemptAt, new Date(ctx.now.getTime() + SECOND_MS))
	);
	const [mail] = await ctx.db
		.update(outgoingMails)
		.set({
			state: 'sending',
			attempts: sql`${outgoingMails.attempts} + 1`,
			startedAt: ctx.now,
			nextAttemptAt: null
		})
		.where(and(eq(outgoingMails.id, mailId), eq(outgoingMails.state, 'waiting'), isDue))
		.returning();
	return mail ?? null;
}

async function attempt(ctx: Ctx, mail: Mail, hand: typeof deliver): Promise<Delivery | 'captured'> {
	try {
		const server = await findMailServer(ctx);
		return server ? await hand(server, withSecret(mail), ctx.now) : 'captured';
	} catch (thrown) {
		if (!(thrown instanceof UnreadablePassword)) throw thrown;
		return { outcome: 'refused', answer: 'password_unreadable' };
	}
}

/** As its reader gets it. */
function withSecret(mail: Mail): Mail {
	if (mail.secret === null) return mail;
	const secret = unseal(authSecret(), mail.id, mail.secret);
	if (secret === null) throw new UnreadablePassword();
	const [text, html] = [mail.text, mail.html].map((part) => part.replaceAll(SECRET_PLACE, secret));
	return { ...mail, text: text ?? '', html: html ?? '' };
}

async function settle(ctx: Ctx, mail: Mail, delivery: Delivery | 'captured'): Promise<void> {
	if (delivery === 'captured') return write(ctx, mail, { state: 'sent', captured: true });
	const { outcome, answer } = delivery;
	if (outcome === 'sent') return write(ctx, mail, { state: 'sent', answer });
	if (outcome === 'unclear') return write(ctx, mail, { state: 'unknown', answer });
	const pause = PAUSES_MS[mail.attempts - 1];
	ctx.log.warn('mail.refused', { mailId: mail.id, outcome, answer, attempts: mail.attempts });
	if (outcome === 'refused' || pause === undefined) {
		return write(ctx, mail, { state: 'failed', answer });
	}
	const at = new Date(ctx.now.getTime() + pause);
	await inTransaction(ctx, async (ctx) => {
		await write(ctx, mail, { state: 'waiting', answer, nextAttemptAt: at });
		await enqueueSending(ctx, mail.id, mail.attempts, at);
	});
}

/** Of this attempt: should somebody have given it up meanwhile, what really happened counts. */
async function write(ctx: Ctx, mail: Mail, how: Partial<Mail>): Promise<void> {
	await ctx.db
		.update(outgoingMails)
		.set({
			...how,
			settledAt: how.state === 'waiting' ? null : ctx.now,
			// Nobody needs it any more.
			...(how.state === 'sent' && { secret: null })
		})
		.where(
			and(
				eq(outgoingMails.id, mail.id),
				eq(outgoingMails.attempts, mail.attempts),
				inArray(outgoingMails.state, ['sending', 'unknown'])
			)
		);
}

/**
 * Says of mails whose worker died while it sent them that nobody knows; has those tried whose job is gone.
 */
export async function tidyMails(ctx: Ctx): Promise<void> {
	const longAgo = new Date(ctx.now.getTime() - SURELY_DEAD_MS);
	await ctx.db
		.update(outgoingMails)
		.set({ state: 'unknown', settledAt: ctx.now })
		.where(and(eq(outgoingMails.state, 'sending'), lt(outgoingMails.startedAt, longAgo)));
	const forgotten = await ctx.db
		.select({ id: outgoingMails.id, attempts: outgoingMails.attempts })
		.from(outgoingMails)
		.where(
			and(
				eq(outgoingMails.state, 'waiting'),
				sql`coalesce(${outgoingMails.nextAttemptAt}, ${outgoingMails.createdAt}) < ${longAgo.toISOString()}::timestamptz`
			)
		)
		.limit(500);
	for (const { id, attempts } of forgotten) await enqueueSending(ctx, id, attempts);
}
