import { and, count, eq, gt, isNull, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { authSecret } from '#lib/server/auth/cookie.ts';
import { factorsOf } from '#lib/server/auth/factors.ts';
import { totpAddress } from '#lib/server/auth/totp.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	authenticators,
	passkeys,
	recoveryCodes,
	roles,
	userProfiles,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { unseal } from '#lib/server/seal.ts';
import { mayManageUsers } from '../policy.ts';

const PENDING_MS = 30 * 60 * 1000;

/** What the actor proves himself with beside his password. */
export async function getOwnFactors(ctx: Ctx) {
	const userId = ctx.actor.id;
	const factors = await factorsOf(ctx.db, userId);
	const [app] = await ctx.db
		.select({ confirmedAt: authenticators.confirmedAt })
		.from(authenticators)
		.where(eq(authenticators.userId, userId));
	const [codes] = await ctx.db
		.select({ left: count() })
		.from(recoveryCodes)
		.where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)));
	const keys = await ctx.db
		.select({
			id: passkeys.id,
			name: passkeys.name,
			createdAt: passkeys.createdAt,
			lastUsedAt: passkeys.lastUsedAt
		})
		.from(passkeys)
		.where(eq(passkeys.userId, userId))
		.orderBy(passkeys.createdAt, passkeys.id);
	return {
		passkeys: keys,
		required: factors.required,
		appSince: app?.confirmedAt ?? null,
		codesLeft: codes?.left ?? 0
	};
}

/** The app that a person is setting up, with what it reads from the picture; null when there is none. */
export async function findPendingApp(
	ctx: Ctx,
	{ userId, account, issuer }: { userId: string; account: string; issuer: string }
) {
	const [app] = await ctx.db
		.select({ id: authenticators.id, secret: authenticators.secret })
		.from(authenticators)
		.where(
			and(
				eq(authenticators.userId, userId),
				isNull(authenticators.confirmedAt),
				gt(authenticators.createdAt, new Date(ctx.now.getTime() - PENDING_MS))
			)
		);
	const secret = app ? unseal(authSecret(), app.id, app.secret) : null;
	return secret === null ? null : { secret, address: totpAddress(secret, account, issuer) };
}

/** Condition: this person proves himself with something beside his password. */
export const hasFactor = (userId: AnyPgColumn) => sql<boolean>`(
	exists (
		select 1 from ${authenticators}
		where ${authenticators.userId} = ${userId} and ${authenticators.confirmedAt} is not null
	) or exists (select 1 from ${passkeys} where ${passkeys.userId} = ${userId})
)`;

/** Every role: whether it asks for a second factor, and how many of its people have none yet. */
export async function listFactorRoles(ctx: Ctx) {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('roles');
	const without = sql<number>`(count(*) filter (
		where ${userProfiles.active} and not ${hasFactor(userRoles.userId)}
	))::int`;
	return ctx.db
		.select({
			id: roles.id,
			key: roles.key,
			name: roles.name,
			required: roles.secondFactor,
			without
		})
		.from(roles)
		.leftJoin(userRoles, eq(userRoles.roleId, roles.id))
		.leftJoin(userProfiles, eq(userProfiles.userId, userRoles.userId))
		.groupBy(roles.id)
		.orderBy(roles.name, roles.id);
}
