import { and, eq } from 'drizzle-orm';
import { rotateSoon } from '#lib/server/auth/session.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { rolePermissions, roles, userRoles } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announceFields } from '#lib/server/records/announce.ts';
import type { Scope } from '#lib/shared/actor.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { mayManageUsers } from '../policy.ts';
import type { WishedRights } from '../schema.ts';
import { GRANTABLE_RIGHTS, type RoleRights } from '../standard-rights.ts';
import { keepManager, refuseLastAdministrator } from './manager-stays.server.ts';

interface RoleChange {
	readonly roleId: string;
	/** What was there when the wish was made: only what differs from it is wished. */
	readonly seen: RoleRights;
	readonly rights: WishedRights;
}

/**
 * Gives a role other rights, for everybody who has it and at once: a trigger tells the hubs. Somebody must
 * stay who may manage people; a right that somebody else changed meanwhile is left to be looked at.
 */
export function changeRole(ctx: Ctx, { roleId, seen, rights }: RoleChange) {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('roles');
	return inTransaction(ctx, async (ctx) => {
		const present = await lockRights(ctx, roleId);
		const changes = GRANTABLE_RIGHTS.flatMap((right) => {
			const [old, wished] = [seen[right.name] ?? null, rights[right.name]];
			if (wished === undefined || wished === old) return [];
			return [{ ...right, old: present.get(right.name) ?? null, seen: old, scope: wished }];
		});
		const isStale = changes.some(({ old, seen, scope }) => old !== seen && old !== scope);
		if (isStale) return fail('role_changed');
		for (const { entity, verb, scope } of changes) await set(ctx, { roleId, entity, verb }, scope);
		await announceFields(
			ctx,
			{ kind: 'role', recordId: roleId },
			Object.fromEntries(changes.map(({ name, old }) => [name, old])),
			Object.fromEntries(changes.map(({ name, scope }) => [name, scope]))
		);
		await keepManager(ctx);
		if (changes.length > 0) await rotateSoon(ctx.db, await holdersOf(ctx, roleId));
		return ok(null);
	}).catch(refuseLastAdministrator);
}

async function holdersOf(ctx: Ctx, roleId: string): Promise<string[]> {
	const { userId } = userRoles;
	const held = await ctx.db.select({ userId }).from(userRoles).where(eq(userRoles.roleId, roleId));
	return held.map((row) => row.userId);
}

/** Under the lock of the role, so that two changes of its rights come one after the other. */
async function lockRights(ctx: Ctx, roleId: string): Promise<ReadonlyMap<string, Scope>> {
	const isRole = eq(roles.id, roleId);
	const [role] = await ctx.db.select({ id: roles.id }).from(roles).where(isRole).for('update');
	if (!role) throw new NotFound('role');
	const rows = await ctx.db
		.select()
		.from(rolePermissions)
		.where(eq(rolePermissions.roleId, roleId));
	return new Map(rows.map(({ entity, verb, scope }) => [`${entity}.${verb}`, scope]));
}

async function set(
	ctx: Ctx,
	right: { roleId: string; entity: string; verb: string },
	scope: Scope | null
): Promise<void> {
	const { roleId, entity, verb } = rolePermissions;
	if (scope === null) {
		const isIt = [eq(roleId, right.roleId), eq(entity, right.entity), eq(verb, right.verb)];
		await ctx.db.delete(rolePermissions).where(and(...isIt));
		return;
	}
	await ctx.db
		.insert(rolePermissions)
		.values({ ...right, scope })
		.onConflictDoUpdate({ target: [roleId, entity, verb], set: { scope } });
}
