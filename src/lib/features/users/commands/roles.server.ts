import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { installation, rolePermissions, roles } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { mayManageUsers } from '../policy.ts';
import {
	STANDARD_ROLE_NAMES,
	STANDARD_ROLES,
	type Rights,
	type StandardRoleKey
} from '../standard-roles.ts';

/**
 * Makes the standard roles that are missing, and gives those that exist their standard rights on nouns
 * that are new since this ran last. Whatever an administrator may have edited stays as it is.
 */
export function installStandardRoles(ctx: Ctx): Promise<void> {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('roles');
	return inTransaction(ctx, async (ctx) => {
		const known = await knownEntities(ctx);
		const fresh = ENTITIES.filter((entity) => !known.has(entity));
		for (const key of ROLE_KEYS) {
			const [made] = await ctx.db
				.insert(roles)
				.values({ id: newId(), key, name: STANDARD_ROLE_NAMES[key] })
				.onConflictDoNothing()
				.returning();
			if (made) await begin(ctx, made, STANDARD_ROLES[key]);
			else if (fresh.length > 0) await grantFresh(ctx, key, fresh);
		}
		if (fresh.length > 0) await noteEntities(ctx);
	});
}

// The keys of both tables are the same type; Object.keys forgets it.
const ROLE_KEYS = Object.keys(STANDARD_ROLE_NAMES) as readonly StandardRoleKey[];

const ENTITIES: readonly string[] = [
	...new Set(Object.values(STANDARD_ROLES).flatMap((rights) => Object.keys(rights)))
];

const KEY = 'granted_entities';
/** The nouns of installations that are older than the note of which nouns were granted. */
const FIRST_ENTITIES = ['company', 'contact', 'deal', 'tag', 'import', 'user', 'settings'];

async function knownEntities(ctx: Ctx): Promise<ReadonlySet<string>> {
	const [noted] = await ctx.db.select().from(installation).where(eq(installation.key, KEY));
	if (noted) return new Set(z.array(z.string()).parse(noted.value));
	const [anyRight] = await ctx.db.select().from(rolePermissions).limit(1);
	return new Set(anyRight ? FIRST_ENTITIES : []);
}

async function noteEntities(ctx: Ctx): Promise<void> {
	await ctx.db
		.insert(installation)
		.values({ key: KEY, value: ENTITIES })
		.onConflictDoUpdate({ target: installation.key, set: { value: ENTITIES } });
}

async function grantFresh(ctx: Ctx, key: StandardRoleKey, fresh: readonly string[]): Promise<void> {
	const [role] = await ctx.db.select().from(roles).where(eq(roles.key, key));
	if (!role) return;
	const rights = Object.entries(STANDARD_ROLES[key]).filter(([entity]) => fresh.includes(entity));
	await grant(ctx, role.id, Object.fromEntries(rights));
}

async function begin(ctx: Ctx, role: typeof roles.$inferSelect, rights: Rights): Promise<void> {
	const { id, ...named } = role;
	await announce(ctx, { kind: 'role', recordId: id, act: 'create', new: { ...named, rights } });
	await insert(ctx, id, rights);
}

async function grant(ctx: Ctx, roleId: string, rights: Rights): Promise<void> {
	if (Object.keys(rights).length === 0) return;
	await announce(ctx, { kind: 'role', recordId: roleId, act: 'grant', new: rights });
	await insert(ctx, roleId, rights);
}

async function insert(ctx: Ctx, roleId: string, rights: Rights): Promise<void> {
	const rows = Object.entries(rights).flatMap(([entity, verbs]) =>
		Object.entries(verbs).map(([verb, scope]) => ({ roleId, entity, verb, scope }))
	);
	if (rows.length > 0) await ctx.db.insert(rolePermissions).values(rows).onConflictDoNothing();
}
