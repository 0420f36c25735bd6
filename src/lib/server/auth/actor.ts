import { and, eq, gt, sql, type SQL } from 'drizzle-orm';
import type { Actor, Scope } from '#lib/shared/actor.ts';
import type { Db } from '../context.ts';
import {
	departmentMembers,
	rolePermissions,
	sessions,
	userProfiles,
	userRoles,
	users
} from '../db/tables/index.ts';
import { currentListVersion } from '../db/remembered.ts';
import { authSecret, readSessionToken } from './cookie.ts';

/** A person who is signed in: the actor, and what pages need to know about his session and tastes. */
export interface SignedIn {
	readonly actor: Actor;
	readonly sessionId: string;
	readonly email: string;
	readonly colorScheme: 'system' | 'light' | 'dark';
	readonly currentDepartmentId: string | null;
	/** When the session was last noted as used. */
	readonly usedAt: Date;
	readonly expiresAt: Date;
	/** How the seldom changing tables stood at this moment. */
	readonly listVersion: string | null;
	/** The next page brings another token. */
	readonly rotationDue: boolean;
}

/**
 * Who sent this Cookie header: the signature is checked first, then one indexed statement reads session,
 * person, roles and departments. Null for no, tampered, expired or revoked session and inactive people.
 */
export async function signedInByCookie(
	db: Db,
	cookieHeader: string | null,
	{ secret = authSecret(), now = new Date() }: { secret?: string; now?: Date } = {}
): Promise<SignedIn | null> {
	const token = readSessionToken(cookieHeader, secret);
	if (!token) return null;
	const row =
		(await sessionWith(db, eq(sessions.token, token), now)) ?? (await before(db, token, now));
	if (!row) return null;
	const { sessionId, email, colorScheme, currentDepartmentId } = row;
	const { usedAt, expiresAt, listVersion, rotationDue } = row;
	const actor = actorOf(row, sessionId);
	const tastes = { email, colorScheme, currentDepartmentId };
	return { actor, sessionId, ...tastes, usedAt, expiresAt, listVersion, rotationDue };
}

/** Who comes with the token that his session had until a moment ago. */
const before = (db: Db, token: string, now: Date) =>
	sessionWith(db, and(eq(sessions.previousToken, token), gt(sessions.previousUntil, now)), now);

async function sessionWith(db: Db, isIt: SQL | undefined, now: Date) {
	const [row] = await db
		.select({
			...person,
			sessionId: sessions.id,
			usedAt: sessions.updatedAt,
			expiresAt: sessions.expiresAt,
			listVersion: currentListVersion,
			rotationDue: sessions.rotationDue
		})
		.from(sessions)
		.innerJoin(users, eq(users.id, sessions.userId))
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(and(isIt, gt(sessions.expiresAt, now), eq(userProfiles.active, true)));
	return row ?? null;
}

/** The actor behind a Cookie header, or null; for sockets, which need nothing else. */
export async function actorOfCookie(db: Db, cookieHeader: string | null): Promise<Actor | null> {
	return (await signedInByCookie(db, cookieHeader))?.actor ?? null;
}

/** The actor for a person without a session (a job that acts for him), or null when he is inactive. */
export async function actorOfUser(db: Db, userId: string): Promise<Actor | null> {
	const [row] = await db
		.select(person)
		.from(users)
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(and(eq(users.id, userId), eq(userProfiles.active, true)));
	return row ? actorOf(row, null) : null;
}

interface Right {
	readonly entity: string;
	readonly verb: string;
	readonly scope: Scope;
}

/** Columns of a person with everything that his rights depend on. */
export const person = {
	id: users.id,
	name: users.name,
	email: users.email,
	language: userProfiles.language,
	timeZone: userProfiles.timeZone,
	colorScheme: userProfiles.colorScheme,
	viewsPrivately: userProfiles.viewPrivately,
	currentDepartmentId: userProfiles.currentDepartmentId,
	departmentIds: sql<string[]>`(
		select coalesce(json_agg(${departmentMembers.departmentId}), '[]')
		from ${departmentMembers} where ${departmentMembers.userId} = ${users.id}
	)`,
	rights: sql<Right[]>`(
		select coalesce(json_agg(json_build_object(
			'entity', ${rolePermissions.entity}, 'verb', ${rolePermissions.verb}, 'scope', ${rolePermissions.scope}
		)), '[]')
		from ${userRoles} join ${rolePermissions} on ${rolePermissions.roleId} = ${userRoles.roleId}
		where ${userRoles.userId} = ${users.id}
	)`
};

interface Person extends Pick<Actor, 'id' | 'name' | 'departmentIds' | 'language' | 'timeZone'> {
	readonly viewsPrivately: boolean;
	readonly rights: readonly Right[];
}

/** The actor for a person as `person` reads him. */
export function actorOf(row: Person, sessionId: string | null): Actor {
	const { id, name, departmentIds, language, timeZone, viewsPrivately } = row;
	const permissions = sharedRights(unionOfRights(row.rights));
	const tastes = { language, timeZone, viewsPrivately };
	return { id, type: 'user', name, departmentIds, permissions, sessionId, ...tastes };
}

const KNOWN_RIGHTS = new Map<string, Actor['permissions']>();
const MOST_KNOWN = 500;

/** There are few combinations of rights and, at open sockets, many actors with each. */
function sharedRights(permissions: Actor['permissions']): Actor['permissions'] {
	const key = JSON.stringify(permissions);
	const known = KNOWN_RIGHTS.get(key);
	if (known) return known;
	if (KNOWN_RIGHTS.size >= MOST_KNOWN) KNOWN_RIGHTS.clear();
	KNOWN_RIGHTS.set(key, permissions);
	return permissions;
}

const WIDTH = { own: 1, department: 2, all: 3 };

/** Rights add up over a person's roles: of two scopes for one act the wider counts. */
export function unionOfRights(rights: readonly Right[]): Actor['permissions'] {
	const union: Record<string, Scope> = {};
	for (const { entity, verb, scope } of rights) {
		const right = `${entity}.${verb}`;
		const held = union[right];
		if (!held || WIDTH[scope] > WIDTH[held]) union[right] = scope;
	}
	return union;
}
