import { and, eq, inArray, isNull } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import { newOneTimeToken } from '#lib/server/auth/one-time.ts';
import { inTransaction, type Ctx, type Db } from '#lib/server/context.ts';
import { departments, invitations, roles, users } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { isMailSet } from '#lib/server/mail/settings.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { opensInvitation } from '../queries.server.ts';
import type { AcceptInvitation, InviteUser } from '../schema.ts';
import { mailLink } from './link-mails.server.ts';
import { managersOnly } from './lock-person.server.ts';
import { addUser, exist, type Placement } from './people.server.ts';

/** For how long an invitation can be taken up. */
const DAYS = 7;
const DAY_MS = 24 * 60 * 60 * 1000;

type Invitation = typeof invitations.$inferSelect;

/**
 * Lets somebody make himself an account in these departments, with these roles. Answers the token of his
 * link, which is stored nowhere and shown this once; it is mailed, too, when mail leaves this machine.
 */
export function inviteUser(ctx: Ctx, { email, name, departmentIds, roleIds }: InviteUser) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		if (!(await exist(ctx, { departmentIds, roleIds }))) return fail('not_found');
		if (await isKnown(ctx, email)) return fail('email_taken');
		const { token, hash } = newOneTimeToken();
		const about = { email, name, departmentIds: [...departmentIds], roleIds: [...roleIds] };
		const { language } = ctx.actor;
		const id = newId(ctx.now.getTime());
		const [made] = await ctx.db
			.insert(invitations)
			.values({ ...about, id, language, tokenHash: hash, ...fresh(ctx) })
			.onConflictDoNothing()
			.returning();
		if (!made) return fail('already_invited');
		await announce(ctx, { ...of(made), act: 'create', new: about });
		return ok({ token, mailed: await mail(ctx, made, token) });
	});
}

/** Another link for the same invitation; the one before opens nothing any more. */
export function inviteAgain(ctx: Ctx, { invitationId }: { readonly invitationId: string }) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		const { token, hash } = newOneTimeToken();
		const [renewed] = await ctx.db
			.update(invitations)
			.set({ tokenHash: hash, ...fresh(ctx) })
			.where(isOpen(invitationId))
			.returning();
		if (!renewed) throw new NotFound('invitation');
		await announce(ctx, { ...of(renewed), act: 'invite_again' });
		return ok({ token, mailed: await mail(ctx, renewed, token) });
	});
}

/** Takes an invitation back. */
export function revokeInvitation(ctx: Ctx, { invitationId }: { readonly invitationId: string }) {
	managersOnly(ctx);
	return inTransaction(ctx, async (ctx) => {
		const [revoked] = await ctx.db
			.update(invitations)
			.set({ settledAt: ctx.now })
			.where(isOpen(invitationId))
			.returning();
		if (!revoked) throw new NotFound('invitation');
		await announce(ctx, { ...of(revoked), act: 'revoke' });
		return ok(null);
	});
}

/** Makes the account that somebody was invited to: he says his name and his password. It works once. */
export function acceptInvitation(ctx: Ctx, { token, ...person }: AcceptInvitation) {
	return inTransaction(ctx, async (ctx) => {
		const [invitation] = await ctx.db
			.select()
			.from(invitations)
			.where(opensInvitation(ctx, token))
			.for('update');
		if (!invitation) return fail('link_is_over');
		const { email } = invitation;
		const place = await stillThere(ctx.db, invitation);
		const added = await addUser(ctx, { ...person, ...place, email });
		if (!added.ok) return added;
		const { userId } = added.value;
		await ctx.db
			.update(invitations)
			.set({ settledAt: ctx.now, userId })
			.where(eq(invitations.id, invitation.id));
		await announce(ctx, { ...of(invitation), act: 'accept', new: { userId } });
		return ok({ userId, email });
	});
}

const of = ({ id }: Pick<Invitation, 'id'>) => ({ kind: 'invitation', recordId: id }) as const;

const fresh = ({ actor, now }: Ctx) => ({
	invitedBy: actor.type === 'user' ? actor.id : null,
	createdAt: now,
	expiresAt: new Date(now.getTime() + DAYS * DAY_MS)
});

const isOpen = (id: string) => and(eq(invitations.id, id), isNull(invitations.settledAt));

async function isKnown(ctx: Ctx, email: string): Promise<boolean> {
	const [known] = await ctx.db.select({ id: users.id }).from(users).where(eq(users.email, email));
	return known !== undefined;
}

/** Of what he was to get; meanwhile some of it may be gone. */
async function stillThere(db: Db, { departmentIds, roleIds }: Invitation): Promise<Placement> {
	const places = await db
		.select({ id: departments.id })
		.from(departments)
		.where(inArray(departments.id, departmentIds));
	const held = await db.select({ id: roles.id }).from(roles).where(inArray(roles.id, roleIds));
	return { departmentIds: places.map(({ id }) => id), roleIds: held.map(({ id }) => id) };
}

async function mail(ctx: Ctx, { email, language }: Invitation, token: string): Promise<boolean> {
	if (!(await isMailSet(ctx))) return false;
	const locale = { locale: language };
	await mailLink(ctx, {
		...{ userId: null, recipient: email, language, token },
		path: '/invite',
		heading: m.access_mail_invite_heading({ name: ctx.actor.name }, locale),
		text: m.access_mail_invite_text({ days: DAYS }, locale),
		open: m.access_mail_invite_open({}, locale)
	});
	return true;
}
