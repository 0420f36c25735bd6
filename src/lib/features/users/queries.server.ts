import { and, desc, eq, gt, inArray, isNull, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { remembered } from '#lib/server/db/remembered.ts';
import {
	apiKeys,
	departmentMembers,
	departments,
	rolePermissions,
	roles,
	sessions,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { KIND_NAMES, type KindName } from '#lib/shared/kinds.ts';
import { mayManageUsers } from './policy.ts';
import { hasFactor } from './queries/factors.server.ts';
import type { RoleRights } from './standard-rights.ts';

export {
	findInvitation,
	findPasswordLink,
	listInvitations,
	opensInvitation,
	opensPassword
} from './queries/access.server.ts';
export type { InvitationRow } from './queries/access.server.ts';
export { findPendingApp, getOwnFactors, listFactorRoles } from './queries/factors.server.ts';

export interface Colleague {
	readonly id: string;
	readonly name: string;
	readonly email: string;
	readonly active: boolean;
	readonly departmentIds: readonly string[];
	/** Kinds of records that some role of his works on; pickers for owners offer only people who do. */
	readonly worksOn: readonly KindName[];
}

const departmentIds = sql<string[]>`(
	select coalesce(json_agg(${departmentMembers.departmentId}), '[]')
	from ${departmentMembers} where ${departmentMembers.userId} = ${users.id}
)`;
const worksOn = sql<KindName[]>`(
	select coalesce(json_agg(distinct ${rolePermissions.entity}), '[]')
	from ${userRoles} join ${rolePermissions} on ${rolePermissions.roleId} = ${userRoles.roleId}
	where ${userRoles.userId} = ${users.id} and ${rolePermissions.verb} = 'update'
		and ${inArray(rolePermissions.entity, [...KIND_NAMES])}
)`;

const PEOPLE = [
	'users',
	'user_profiles',
	'department_members',
	'user_roles',
	'role_permissions'
] as const;

/** Everybody in the company, inactive people too (their names stay on records), by name. */
export function listColleagues(ctx: Ctx): Promise<Colleague[]> {
	return remembered(ctx, { name: 'colleagues', tables: PEOPLE }, async () =>
		ctx.db
			.select({
				id: users.id,
				name: users.name,
				email: users.email,
				active: userProfiles.active,
				departmentIds,
				worksOn
			})
			.from(users)
			.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
			.orderBy(users.name, users.id)
	);
}

/** Everybody as a colleague looks him up: by a part of his name or address, or by department. */
export function listDirectory(
	ctx: Ctx,
	{ q, departmentId }: { readonly q: string; readonly departmentId: string | null }
) {
	const isMember = ctx.db
		.select({ id: departmentMembers.userId })
		.from(departmentMembers)
		.where(eq(departmentMembers.departmentId, departmentId ?? ''));
	return ctx.db
		.select({
			id: users.id,
			name: users.name,
			email: users.email,
			active: userProfiles.active,
			language: userProfiles.language,
			timeZone: userProfiles.timeZone,
			phone: userProfiles.phone,
			departmentIds
		})
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(
			and(
				// Who was erased is nobody to look up.
				sql`${users.email} not like 'erased-%@invalid'`,
				...q.split(/\s+/).filter(Boolean).map(isNamed),
				departmentId === null ? undefined : inArray(users.id, isMember)
			)
		)
		.orderBy(desc(userProfiles.active), users.name, users.id);
}

const isNamed = (word: string) =>
	sql`strpos(lower(${users.name} || ' ' || ${users.email}), lower(${word})) > 0`;

export interface RoleRow {
	readonly id: string;
	readonly key: string;
	readonly name: string;
}

export const listRoles = (ctx: Ctx): Promise<RoleRow[]> =>
	ctx.db
		.select({ id: roles.id, key: roles.key, name: roles.name })
		.from(roles)
		.orderBy(roles.name, roles.id);

export interface ManagedRole extends RoleRow {
	readonly rights: RoleRights;
	/** How many active people have it. */
	readonly people: number;
}

/** Every role with its rights, for those who manage people; by name. */
export async function listManagedRoles(ctx: Ctx): Promise<ManagedRole[]> {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('roles');
	return ctx.db
		.select({
			id: roles.id,
			key: roles.key,
			name: roles.name,
			rights: sql<RoleRights>`coalesce(
				json_object_agg(
					${rolePermissions.entity} || '.' || ${rolePermissions.verb}, ${rolePermissions.scope}
				) filter (where ${rolePermissions.roleId} is not null), '{}')`,
			people: sql<number>`(
				select count(*)::int
				from ${userRoles} join ${userProfiles} on ${userProfiles.userId} = ${userRoles.userId}
				where ${userRoles.roleId} = ${roles.id} and ${userProfiles.active}
			)`
		})
		.from(roles)
		.leftJoin(rolePermissions, eq(rolePermissions.roleId, roles.id))
		.groupBy(roles.id)
		.orderBy(roles.name, roles.id);
}

/** One of these. */
export async function getManagedRole(ctx: Ctx, roleId: string): Promise<ManagedRole> {
	const role = (await listManagedRoles(ctx)).find(({ id }) => id === roleId);
	if (!role) throw new NotFound('role');
	return role;
}

export interface ManagedUser extends Omit<Colleague, 'worksOn'> {
	readonly roleIds: readonly string[];
	readonly lastUsedAt: Date | null;
	/** He proves himself with something beside his password. */
	readonly hasFactor: boolean;
}

/** Everybody with roles and last use, for those who manage people. */
export async function listManagedUsers(ctx: Ctx): Promise<ManagedUser[]> {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('users');
	return ctx.db
		.select({
			id: users.id,
			name: users.name,
			email: users.email,
			active: userProfiles.active,
			departmentIds,
			roleIds: sql<string[]>`(
				select coalesce(json_agg(${userRoles.roleId}), '[]')
				from ${userRoles} where ${userRoles.userId} = ${users.id}
			)`,
			lastUsedAt: sql`(
				select max(${sessions.updatedAt}) from ${sessions} where ${sessions.userId} = ${users.id}
			)`.mapWith(sessions.updatedAt),
			hasFactor: hasFactor(users.id)
		})
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.orderBy(desc(userProfiles.active), users.name, users.id);
}

export interface OpenSession {
	readonly id: string;
	readonly userAgent: string;
	readonly address: string;
	readonly createdAt: Date;
	readonly usedAt: Date;
	readonly isCurrent: boolean;
}

/** The actor's own open sessions, the current one first, then the last used. */
export async function listSessions(ctx: Ctx): Promise<OpenSession[]> {
	const rows = await ctx.db
		.select()
		.from(sessions)
		.where(and(eq(sessions.userId, ctx.actor.id), gt(sessions.expiresAt, ctx.now)))
		.orderBy(desc(eq(sessions.id, ctx.actor.sessionId ?? ctx.actor.id)), desc(sessions.updatedAt));
	return rows.map((row) => ({
		id: row.id,
		userAgent: row.userAgent ?? '',
		address: row.ipAddress ?? '',
		createdAt: row.createdAt,
		usedAt: row.updatedAt,
		isCurrent: row.id === ctx.actor.sessionId
	}));
}

export interface ApiKeyRow {
	readonly id: string;
	readonly name: string;
	/** How its token begins. */
	readonly prefix: string;
	readonly mayWrite: boolean;
	readonly createdAt: Date;
	readonly lastUsedAt: Date | null;
	readonly expiresAt: Date | null;
	readonly isExpired: boolean;
}

/** The actor's own keys that are not revoked, the newest first. */
export async function listApiKeys(ctx: Ctx): Promise<ApiKeyRow[]> {
	const rows = await ctx.db
		.select()
		.from(apiKeys)
		.where(and(eq(apiKeys.userId, ctx.actor.id), isNull(apiKeys.revokedAt)))
		.orderBy(desc(apiKeys.createdAt), desc(apiKeys.id));
	return rows.map((key) => keyRow(ctx, key));
}

const keyRow = (ctx: Ctx, key: typeof apiKeys.$inferSelect): ApiKeyRow => {
	const { id, name, prefix, scopes, createdAt, lastUsedAt, expiresAt } = key;
	return {
		...{ id, name, prefix, createdAt, lastUsedAt, expiresAt },
		mayWrite: scopes.includes('write'),
		isExpired: expiresAt !== null && expiresAt <= ctx.now
	};
};

export interface ForeignKeyRow extends ApiKeyRow {
	readonly ownerId: string;
	readonly ownerName: string;
}

/** Everybody's keys that are not revoked, the newest first; for those who manage people. */
export async function listAllApiKeys(ctx: Ctx): Promise<ForeignKeyRow[]> {
	if (!mayManageUsers(ctx.actor)) throw new Forbidden('apiKeys');
	const rows = await ctx.db
		.select({ key: apiKeys, ownerName: users.name })
		.from(apiKeys)
		.innerJoin(users, eq(users.id, apiKeys.userId))
		.where(isNull(apiKeys.revokedAt))
		.orderBy(desc(apiKeys.createdAt), desc(apiKeys.id));
	return rows.map(({ key, ownerName }) => ({
		...keyRow(ctx, key),
		...{ ownerId: key.userId, ownerName }
	}));
}

export interface Profile {
	readonly name: string;
	readonly email: string;
	readonly language: 'en' | 'de';
	readonly timeZone: string;
	readonly phone: string | null;
	readonly colorScheme: 'system' | 'light' | 'dark';
	readonly viewPrivately: boolean;
	readonly currentDepartmentId: string | null;
	readonly departments: readonly { readonly id: string; readonly name: string }[];
	readonly roles: readonly RoleRow[];
}

/** What the actor's profile page shows. */
export async function getProfile(ctx: Ctx): Promise<Profile> {
	const userId = ctx.actor.id;
	const [profile] = await ctx.db
		.select({
			name: users.name,
			email: users.email,
			language: userProfiles.language,
			timeZone: userProfiles.timeZone,
			phone: userProfiles.phone,
			colorScheme: userProfiles.colorScheme,
			viewPrivately: userProfiles.viewPrivately,
			currentDepartmentId: userProfiles.currentDepartmentId
		})
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(eq(users.id, userId));
	if (!profile) throw new NotFound('user');
	const held = await ctx.db
		.select({ id: roles.id, key: roles.key, name: roles.name })
		.from(userRoles)
		.innerJoin(roles, eq(roles.id, userRoles.roleId))
		.where(eq(userRoles.userId, userId))
		.orderBy(roles.name);
	return { ...profile, departments: await listOwnDepartments(ctx), roles: held };
}

/** The departments that the actor is a member of, by name. */
export const listOwnDepartments = (
	ctx: Ctx
): Promise<{ readonly id: string; readonly name: string }[]> =>
	remembered(
		ctx,
		{ name: 'own-departments', tables: ['departments', 'department_members'] },
		async () =>
			ctx.db
				.select({ id: departments.id, name: departments.name })
				.from(departmentMembers)
				.innerJoin(departments, eq(departments.id, departmentMembers.departmentId))
				.where(eq(departmentMembers.userId, ctx.actor.id))
				.orderBy(departments.name)
	);

/** True before the first person exists: then only the set-up page works. */
export async function isUnclaimed(ctx: Ctx): Promise<boolean> {
	const [anybody] = await ctx.db.select({ id: users.id }).from(users).limit(1);
	return !anybody;
}
