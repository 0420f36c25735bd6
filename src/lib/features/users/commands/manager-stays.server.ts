import { and, eq, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { rolePermissions, userProfiles, userRoles } from '#lib/server/db/tables/index.ts';
import { fail } from '#lib/shared/result.ts';

class LastAdministrator extends Error {}

/**
 * Breaks the caller's transaction off when nobody would be left who may manage people, and with them
 * roles: nobody could ever give that right back. Judged under a lock, so that two cannot race.
 */
export async function keepManager(ctx: Ctx): Promise<void> {
	if (ctx.actor.type === 'system') return;
	await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext('tandem.administrators'))`);
	const [manager] = await ctx.db
		.select({ id: userProfiles.userId })
		.from(userProfiles)
		.innerJoin(userRoles, eq(userRoles.userId, userProfiles.userId))
		.innerJoin(rolePermissions, eq(rolePermissions.roleId, userRoles.roleId))
		.where(
			and(
				eq(userProfiles.active, true),
				eq(rolePermissions.entity, 'user'),
				eq(rolePermissions.verb, 'create'),
				eq(rolePermissions.scope, 'all')
			)
		)
		.limit(1);
	if (!manager) throw new LastAdministrator();
}

/** Thrown inside, so that the transaction rolls back; expected outside, so that the page can say it. */
export function refuseLastAdministrator(thrown: unknown) {
	if (thrown instanceof LastAdministrator) return fail('last_administrator');
	throw thrown;
}
