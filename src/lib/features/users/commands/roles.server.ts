import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { rolePermissions, roles } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { mayManageUsers } from '../policy.ts';
import {
	STANDARD_ROLE_NAMES,
	STANDARD_ROLES,
	type Rights,
	type StandardRoleKey
} from '../standard-roles.ts';

/** Makes the standard roles that are missing; a role that exists keeps its rights, edited or not. */
export function installStandardRoles(ctx: Ctx): Promise<void> {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('roles');
	return inTransaction(ctx, async (ctx) => {
		for (const [key, name] of Object.entries(STANDARD_ROLE_NAMES)) {
			const [role] = await ctx.db
				.insert(roles)
				.values({ id: newId(), key, name })
				.onConflictDoNothing()
				.returning();
			// The keys of both tables are the same type; Object.entries forgets it.
			if (role) await grant(ctx, role.id, STANDARD_ROLES[key as StandardRoleKey]);
		}
	});
}

async function grant(ctx: Ctx, roleId: string, rights: Rights): Promise<void> {
	const rows = Object.entries(rights).flatMap(([entity, verbs]) =>
		Object.entries(verbs).map(([verb, scope]) => ({ roleId, entity, verb, scope }))
	);
	if (rows.length > 0) await ctx.db.insert(rolePermissions).values(rows);
}
