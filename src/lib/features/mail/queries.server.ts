import { and, count, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
import { outgoingMails } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { findMailSettings, publicAddress } from '#lib/server/mail/settings.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import type { MailsQuery } from './schema.ts';

/** Mails may hold what only their readers know: only who may set everything sees them. */
export function requireManager(actor: Actor): void {
	if (!mayManageSettings(actor)) throw new Forbidden('mail');
}

/** The mail server as it is set, without its password; null when nothing leaves this machine. */
export async function getMailSettings(ctx: Ctx) {
	requireManager(ctx.actor);
	const row = await findMailSettings(ctx);
	if (!row) return { server: null, address: await publicAddress(ctx) };
	const { host, port, security, username, password, senderName, senderAddress, address } = row;
	const hasPassword = password !== null;
	return {
		server: { host, port, security, username, hasPassword, senderName, senderAddress },
		address
	};
}

const AT_ONCE = 50;

export type MailRow = Awaited<ReturnType<typeof listMails>>['mails'][number];

/** The system's own mails, the newest first. */
export async function listMails(ctx: Ctx, { state, before }: MailsQuery) {
	requireManager(ctx.actor);
	const rows = await ctx.db
		.select({
			id: outgoingMails.id,
			recipient: outgoingMails.recipient,
			subject: outgoingMails.subject,
			state: outgoingMails.state,
			captured: outgoingMails.captured,
			attempts: outgoingMails.attempts,
			nextAttemptAt: outgoingMails.nextAttemptAt,
			createdAt: outgoingMails.createdAt,
			answer: outgoingMails.answer
		})
		.from(outgoingMails)
		.where(
			and(
				state ? eq(outgoingMails.state, state) : undefined,
				before ? lt(outgoingMails.id, before) : undefined
			)
		)
		.orderBy(desc(outgoingMails.id))
		.limit(AT_ONCE + 1);
	const mails = rows.slice(0, AT_ONCE);
	return { mails, before: rows.length > AT_ONCE ? (mails.at(-1)?.id ?? null) : null };
}

const MOST_COUNTED = 1_000;

/** How many mails wait for a person to decide, up to a thousand. */
export async function countTroubles(ctx: Ctx): Promise<number> {
	requireManager(ctx.actor);
	const [row] = await ctx.db.select({ count: count() }).from(
		sql`(select 1 from ${outgoingMails}
				where ${inArray(outgoingMails.state, ['failed', 'unknown'])} limit ${MOST_COUNTED}) troubled`
	);
	return row?.count ?? 0;
}

/** One mail, or NotFound. */
export async function getMail(ctx: Ctx, mailId: string) {
	requireManager(ctx.actor);
	if (!isId(mailId)) throw new NotFound('mail');
	const [mail] = await ctx.db.select().from(outgoingMails).where(eq(outgoingMails.id, mailId));
	if (!mail) throw new NotFound('mail');
	return mail;
}
