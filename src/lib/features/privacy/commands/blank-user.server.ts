import { eq, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import {
	apiKeys,
	departmentMembers,
	idempotencyKeys,
	keptEdits,
	outgoingMails,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import { ERASED } from '../model.ts';

/**
 * Leaves of one of our own people an account without a name that nobody can use: what he did for the company
 * stays the company's and refers to it.
 */
export async function blankUser(ctx: Ctx, userId: string): Promise<void> {
	await deleteDependents(ctx, userId);
	for (const own of [userRoles, departmentMembers, apiKeys, keptEdits, outgoingMails]) {
		await ctx.db.delete(own).where(eq(own.userId, userId));
	}
	await ctx.db.delete(idempotencyKeys).where(eq(idempotencyKeys.actorId, userId));
	await ctx.db
		.update(userProfiles)
		.set({ active: false, timeZone: 'UTC', phone: null, currentDepartmentId: null })
		.where(eq(userProfiles.userId, userId));
	const name = `${ERASED} ${userId.slice(-4)}`;
	const email = `erased-${userId}@invalid`;
	await ctx.db
		.update(users)
		.set({ name, email, emailVerified: false, image: null, updatedAt: ctx.now })
		.where(eq(users.id, userId));
}

/** Everything that would go with an account if accounts were deleted: the tables themselves say what it is. */
async function deleteDependents(ctx: Ctx, userId: string): Promise<void> {
	const dependents = await ctx.db.execute<{ table: string; column: string }>(sql`
		select child.relname as table, a.attname as column
		from pg_constraint f
		join pg_class child on child.oid = f.conrelid
		join pg_attribute a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
		where f.contype = 'f' and f.confrelid = 'users'::regclass and f.confdeltype = 'c'
			and array_length(f.conkey, 1) = 1`);
	for (const { table, column } of dependents) {
		await ctx.db.execute(
			sql`delete from ${sql.identifier(table)} where ${sql.identifier(column)} = ${userId}::uuid`
		);
	}
}
