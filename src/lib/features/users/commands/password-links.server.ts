import { and, eq } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import { newOneTimeToken } from '#lib/server/auth/one-time.ts';
import { faultOfPassword } from '#lib/server/auth/password-rules.ts';
import { setPassword } from '#lib/server/auth/password.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { passwordLinks, sessions, userProfiles, users } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { isMailSet } from '#lib/server/mail/settings.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { opensPassword } from '../queries.server.ts';
import { tellOwner } from './account-mails.server.ts';
import { revokeKeysOf } from './api-keys.server.ts';
import { mailLink } from './link-mails.server.ts';
import { managersOnly } from './lock-person.server.ts';

const MINUTE_MS = 60 * 1000;
/** Handed over by a person: he may be reached tomorrow only. */
const HANDED_OVER_MINUTES = 24 * 60;
const MAILED_MINUTES = 60;

/**
 * A link with which a person chooses another password; the present one counts until then. Answers its token,
 * which is stored nowhere: the administrator hands it over, and it is mailed, too, when mail leaves this machine.
 */
export function makePasswordLink(ctx: Ctx, { userId }: { readonly userId: string }) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		const person = await findActive(ctx, userId);
		if (!person) throw new NotFound('user');
		const token = await makeLink(ctx, person.id, HANDED_OVER_MINUTES);
		const mailed = await isMailSet(ctx);
		if (mailed) await mailTo(ctx, person, token, HANDED_OVER_MINUTES);
		return ok({ token, name: person.name, mailed });
	});
}

/** Mails the link that somebody asked for, if there is anybody. */
export async function sendPasswordLink(ctx: Ctx, { userId }: { readonly userId: string }) {
	await inTransaction(ctx, async (ctx) => {
		const person = await findActive(ctx, userId);
		if (!person || !(await isMailSet(ctx))) return;
		const token = await makeLink(ctx, person.id, MAILED_MINUTES);
		await mailTo(ctx, person, token, MAILED_MINUTES);
	});
}

interface ChosenPassword {
	readonly token: string;
	readonly newPassword: string;
	/** Programs go on with the keys that there are: said by who is sure that nobody else has them. */
	readonly keepKeys?: boolean;
}

/**
 * Gives whoever holds the link another password. His sessions end, so do all of his links, and, unless he
 * keeps them, his API keys: who lost a password may have lost more. He is told by mail.
 */
export function choosePassword(ctx: Ctx, { token, newPassword, keepKeys = false }: ChosenPassword) {
	return inTransaction(ctx, async (ctx) => {
		const [link] = await ctx.db
			.select({ userId: passwordLinks.userId })
			.from(passwordLinks)
			.where(opensPassword(ctx, token))
			.for('update');
		const person = link && (await findActive(ctx, link.userId));
		if (!person) return fail('link_is_over');
		const fault = faultOfPassword(newPassword, person);
		if (fault) return fail(fault);
		await setPassword(ctx.db, person.id, newPassword);
		await ctx.db.delete(passwordLinks).where(eq(passwordLinks.userId, person.id));
		await ctx.db.delete(sessions).where(eq(sessions.userId, person.id));
		const by = { actorId: person.id };
		await announce(ctx, { ...of(person), act: 'reset_password', ...by });
		const count = keepKeys ? 0 : await revokeKeysOf(ctx, person.id, by);
		await tellOwner(ctx, person.id, {
			change: 'password_reset',
			also: (as) => (count > 0 ? m.access_mail_keys_revoked({ count }, as) : '')
		});
		return ok({ email: person.email });
	});
}

/** What a new password of his must not be made of. */
export async function ownerOf(ctx: Ctx, userId: string) {
	const [owner] = await ctx.db
		.select({ name: users.name, email: users.email })
		.from(users)
		.where(eq(users.id, userId));
	if (!owner) throw new NotFound('user');
	return owner;
}

const of = ({ id }: { readonly id: string }) => ({ kind: 'user', recordId: id }) as const;

type Person = NonNullable<Awaited<ReturnType<typeof findActive>>>;

async function findActive(ctx: Ctx, userId: string) {
	const [person] = await ctx.db
		.select({
			id: users.id,
			name: users.name,
			email: users.email,
			language: userProfiles.language
		})
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(and(eq(users.id, userId), eq(userProfiles.active, true)));
	return person ?? null;
}

async function makeLink(ctx: Ctx, userId: string, minutes: number): Promise<string> {
	const { token, hash } = newOneTimeToken();
	await ctx.db.insert(passwordLinks).values({
		...{ id: newId(ctx.now.getTime()), userId, tokenHash: hash },
		createdAt: ctx.now,
		expiresAt: new Date(ctx.now.getTime() + minutes * MINUTE_MS)
	});
	await announce(ctx, { kind: 'user', recordId: userId, act: 'make_password_link' });
	return token;
}

async function mailTo(ctx: Ctx, person: Person, token: string, minutes: number): Promise<void> {
	const { id: userId, email: recipient, language } = person;
	const locale = { locale: language };
	await mailLink(ctx, {
		...{ userId, recipient, language, token },
		path: '/reset',
		heading: m.access_mail_reset_heading({}, locale),
		text: m.access_mail_reset_text({ hours: minutes / 60 }, locale),
		open: m.access_mail_reset_open({}, locale)
	});
}
