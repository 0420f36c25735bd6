import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, isNull, lt, or } from 'drizzle-orm';
import type { Actor } from '#lib/shared/actor.ts';
import type { Db } from '../context.ts';
import { apiKeys, userProfiles, users } from '../db/tables/index.ts';
import { actorOf, person } from './actor.ts';

export type ApiScope = (typeof apiKeys.$inferSelect)['scopes'][number];

/** Somebody who comes with a key instead of a session. */
export interface KeyHolder {
	readonly keyId: string;
	/** The key's owner, with no more of his rights than the key's scopes let through. */
	readonly actor: Actor;
	readonly scopes: readonly ApiScope[];
	readonly lastUsedAt: Date | null;
}

const NAME = 'tandem_';
const SECRET_BYTES = 32;
const PREFIX_LENGTH = NAME.length + 5;
const TOKEN = new RegExp(`^${NAME}[A-Za-z0-9_-]{43}$`);

/** Makes a token that nobody can guess; only its hash is ever stored. */
export function newApiToken() {
	const token = `${NAME}${randomBytes(SECRET_BYTES).toString('base64url')}`;
	return { token, prefix: token.slice(0, PREFIX_LENGTH), hash: hashOf(token) };
}

// A token is as random as a hash: there is nothing to slow down an attacker for.
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/**
 * Whose key this token opens, in one indexed statement; null when it was never given out, is revoked or
 * expired, or its owner is inactive.
 */
export async function holderOfToken(db: Db, token: string, now: Date): Promise<KeyHolder | null> {
	if (!TOKEN.test(token)) return null;
	const [row] = await db
		.select({
			...person,
			keyId: apiKeys.id,
			scopes: apiKeys.scopes,
			lastUsedAt: apiKeys.lastUsedAt
		})
		.from(apiKeys)
		.innerJoin(users, eq(users.id, apiKeys.userId))
		.innerJoin(userProfiles, eq(userProfiles.userId, users.id))
		.where(
			and(
				eq(apiKeys.hash, hashOf(token)),
				isNull(apiKeys.revokedAt),
				or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
				eq(userProfiles.active, true)
			)
		);
	if (!row) return null;
	const { keyId, scopes, lastUsedAt } = row;
	const actor = actorOf(row, null);
	return {
		keyId,
		actor: scopes.includes('write') ? actor : { ...actor, permissions: onlyReading(actor) },
		scopes,
		lastUsedAt
	};
}

const onlyReading = ({ permissions }: Actor): Actor['permissions'] =>
	Object.fromEntries(Object.entries(permissions).filter(([right]) => right.endsWith('.read')));

const NOTE_USE_AFTER_MS = 5 * 60 * 1000;

/** Notes that a key is in use; at most every few minutes, so that reading is not a write. */
export async function noteKeyUse(db: Db, holder: KeyHolder, now: Date): Promise<void> {
	const due = new Date(now.getTime() - NOTE_USE_AFTER_MS);
	if (holder.lastUsedAt && holder.lastUsedAt > due) return;
	const isDue = or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, now));
	await db
		.update(apiKeys)
		.set({ lastUsedAt: now })
		.where(and(eq(apiKeys.id, holder.keyId), isDue));
}
