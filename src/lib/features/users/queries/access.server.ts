import { and, desc, eq, gt, isNull, or } from 'drizzle-orm';
import { hashOfToken } from '#lib/server/auth/one-time.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	apiKeys,
	invitations,
	passwordLinks,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { mayManageUsers } from '../policy.ts';

/** The invitations that nobody has taken up yet, the newest first; for those who manage people. */
export async function listInvitations(ctx: Ctx) {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('invitations');
	const rows = await ctx.db
		.select({
			id: invitations.id,
			email: invitations.email,
			name: invitations.name,
			departmentIds: invitations.departmentIds,
			roleIds: invitations.roleIds,
			createdAt: invitations.createdAt,
			expiresAt: invitations.expiresAt
		})
		.from(invitations)
		.where(isNull(invitations.settledAt))
		.orderBy(desc(invitations.createdAt), desc(invitations.id));
	return rows.map((row) => ({ ...row, isOver: row.expiresAt <= ctx.now }));
}

export type InvitationRow = Awaited<ReturnType<typeof listInvitations>>[number];

/** The invitation that this token opens, for whoever holds it; null when it is over, was taken back or never was. */
export async function findInvitation(ctx: Ctx, token: string) {
	const { email, name, language } = invitations;
	const [found] = await ctx.db
		.select({ email, name, language })
		.from(invitations)
		.where(opensInvitation(ctx, token));
	return found ?? null;
}

/** Whose password this token changes, by his address, and how many keys of his work; null when it is over or never was. */
export async function findPasswordLink(ctx: Ctx, token: string) {
	const live = and(
		eq(apiKeys.userId, users.id),
		isNull(apiKeys.revokedAt),
		or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, ctx.now))
	);
	const [found] = await ctx.db
		.select({ email: users.email, keys: ctx.db.$count(apiKeys, live) })
		.from(passwordLinks)
		.innerJoin(users, eq(users.id, passwordLinks.userId))
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(and(opensPassword(ctx, token), eq(userProfiles.active, true)));
	return found ?? null;
}

/** Condition: this is the invitation that the token opens. */
export const opensInvitation = ({ now }: Ctx, token: string) =>
	and(
		eq(invitations.tokenHash, hashOfToken(token) ?? ''),
		isNull(invitations.settledAt),
		gt(invitations.expiresAt, now)
	);

/** Condition: this is the link for another password that the token opens. */
export const opensPassword = ({ now }: Ctx, token: string) =>
	and(eq(passwordLinks.tokenHash, hashOfToken(token) ?? ''), gt(passwordLinks.expiresAt, now));
