import { eq } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { userProfiles } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { mayManageUsers } from '../policy.ts';

/** Throws for everybody but those who manage people. */
export function managersOnly(ctx: Ctx): void {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('users');
}

/** One change of a person after the other. */
export async function lockPerson(ctx: Ctx, userId: string) {
	const [person] = await ctx.db
		.select({ active: userProfiles.active })
		.from(userProfiles)
		.where(eq(userProfiles.userId, userId))
		.for('update');
	if (!person) throw new NotFound('user');
	return person;
}
