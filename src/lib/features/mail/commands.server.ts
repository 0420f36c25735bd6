import { and, eq, inArray } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import { authSecret } from '#lib/server/auth/cookie.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { mailSettings, outgoingMails, users } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { letterOf } from '#lib/server/mail/letter.ts';
import { enqueueSending, queueMail } from '#lib/server/mail/outgoing.ts';
import { findMailSettings, publicAddress } from '#lib/server/mail/settings.ts';
import { announce, announceFields, INSTALLATION } from '#lib/server/records/announce.ts';
import { seal } from '#lib/server/seal.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { requireManager } from './queries.server.ts';
import type { SaveMailSettings } from './schema.ts';

/** Sets the mail server; without a new password the present one stays, as long as somebody signs in there. */
export async function saveMailSettings(ctx: Ctx, { password, ...input }: SaveMailSettings) {
	requireManager(ctx.actor);
	return inTransaction(ctx, async (ctx) => {
		const before = await findMailSettings(ctx);
		const id = before?.id ?? newId(ctx.now.getTime());
		const kept = before?.password ?? null;
		const sealed = password === '' ? kept : seal(authSecret(), id, password);
		if (input.username !== null && sealed === null) return fail('password_needed');
		const row = {
			...input,
			password: input.username === null ? null : sealed,
			updatedAt: ctx.now,
			updatedBy: ctx.actor.id
		};
		await ctx.db
			.insert(mailSettings)
			.values({ ...row, id })
			.onConflictDoUpdate({ target: mailSettings.only, set: row });
		await announceFields(ctx, INSTALLATION, named(before ?? {}), named(input));
		if (password !== '') await announce(ctx, { ...INSTALLATION, act: 'change_mail_password' });
		return ok(null);
	});
}

/** From now on nothing leaves this machine any more: mails are captured. */
export async function removeMailSettings(ctx: Ctx) {
	requireManager(ctx.actor);
	return inTransaction(ctx, async (ctx) => {
		const [before] = await ctx.db.delete(mailSettings).returning();
		if (!before) throw new NotFound('mail settings');
		const { host, port } = before;
		await announce(ctx, { ...INSTALLATION, act: 'remove_mail_server', old: { host, port } });
		return ok(null);
	});
}

/** Field names in the history of the installation, among those of other settings. */
const named = (settings: object) =>
	Object.fromEntries(
		Object.entries(settings)
			.filter(([name]) => HISTORY.has(name))
			.map(([name, value]) => [`mail.${name}`, value])
	);

const HISTORY: ReadonlySet<string> = new Set([
	'host',
	'port',
	'security',
	'username',
	'senderName',
	'senderAddress',
	'address'
]);

/** Sends a mail to whoever presses, so that he sees whether it arrives. */
export async function sendTestMail(ctx: Ctx) {
	requireManager(ctx.actor);
	return inTransaction(ctx, async (ctx) => {
		const { id: userId, language } = ctx.actor;
		const [person] = await ctx.db
			.select({ email: users.email })
			.from(users)
			.where(eq(users.id, userId));
		if (!person) throw new NotFound('user');
		const locale = { locale: language };
		const href = await publicAddress(ctx);
		const heading = m.mail_test_heading({}, locale);
		const contents = letterOf({
			language,
			heading,
			entries: [{ text: m.mail_test_text({}, locale), detail: null, href }],
			open: m.mail_test_open({}, locale),
			foot: m.mail_test_foot({}, locale),
			settings: { label: m.mail_title({}, locale), href: `${href}/settings/mail` }
		});
		const subject = `${m.shell_app_name({}, locale)}: ${heading}`;
		const to = { userId, recipient: person.email };
		const { id } = await queueMail(ctx, { ...to, ...contents, subject, purpose: 'test' });
		return ok({ mailId: id });
	});
}

interface OneMail {
	readonly mailId: string;
}

/** Tries again, because a person says so: it failed, or nobody knows whether it arrived. */
export async function sendAgain(ctx: Ctx, { mailId }: OneMail) {
	requireManager(ctx.actor);
	return inTransaction(ctx, async (ctx) => {
		const [mail] = await ctx.db
			.update(outgoingMails)
			.set({ state: 'waiting', settledAt: null, nextAttemptAt: null })
			.where(undecided(mailId))
			.returning({ attempts: outgoingMails.attempts });
		if (!mail) throw new NotFound('mail');
		await enqueueSending(ctx, mailId, mail.attempts);
		await announce(ctx, { ...INSTALLATION, act: 'send_mail_again', new: { mailId } });
		return ok({ mailId });
	});
}

/** A person knows that it arrived. */
export async function markArrived(ctx: Ctx, { mailId }: OneMail) {
	requireManager(ctx.actor);
	return inTransaction(ctx, async (ctx) => {
		const [mail] = await ctx.db
			.update(outgoingMails)
			.set({ state: 'sent', settledAt: ctx.now, secret: null })
			.where(undecided(mailId))
			.returning({ id: outgoingMails.id });
		if (!mail) throw new NotFound('mail');
		await announce(ctx, { ...INSTALLATION, act: 'mail_arrived', new: { mailId } });
		return ok({ mailId });
	});
}

const undecided = (mailId: string) =>
	and(eq(outgoingMails.id, mailId), inArray(outgoingMails.state, ['failed', 'unknown']));
