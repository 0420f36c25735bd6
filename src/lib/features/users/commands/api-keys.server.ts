import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { newApiToken, type ApiScope } from '#lib/server/auth/api-key.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { apiKeys } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { mayManageUsers } from '../policy.ts';
import type { CreateApiKey } from '../schema.ts';
import { tellOwner } from './account-mails.server.ts';

const KEYS_MAX = 20;
const DAY_MS = 24 * 60 * 60 * 1000;
const SCOPES: Readonly<Record<CreateApiKey['access'], ApiScope[]>> = {
	read: ['read'],
	write: ['read', 'write']
};

/** Makes a key that acts for the actor. The token in the answer is shown this once and stored nowhere. */
export function createApiKey(ctx: Ctx, { name, access, days }: CreateApiKey) {
	// A key must not outlive its owner's sign-in by making other keys.
	if (ctx.actor.sessionId === null) throw new Forbidden('apiKey');
	return inTransaction(ctx, async (ctx) => {
		if ((await countLiveKeys(ctx)) >= KEYS_MAX) return fail('too_many_keys');
		const { token, prefix, hash } = newApiToken();
		const id = newId(ctx.now.getTime());
		const expiresAt = days === null ? null : new Date(ctx.now.getTime() + days * DAY_MS);
		const scopes = SCOPES[access];
		await ctx.db.insert(apiKeys).values({
			...{ id, userId: ctx.actor.id, name, prefix, hash, scopes },
			...{ createdAt: ctx.now, expiresAt }
		});
		const about = { userId: ctx.actor.id, name, prefix, scopes, expiresAt };
		await announce(ctx, { kind: 'apiKey', recordId: id, rev: 1, act: 'create', new: about });
		await tellOwner(ctx, ctx.actor.id, { change: 'key_made', name });
		return ok({ id, name, token });
	});
}

/** Ends a key at once; for its owner and for those who manage people. */
export function revokeApiKey(ctx: Ctx, { keyId }: { readonly keyId: string }) {
	return inTransaction(ctx, async (ctx) => {
		const own = mayManageUsers(ctx.actor) ? undefined : eq(apiKeys.userId, ctx.actor.id);
		const [revoked] = await ctx.db
			.update(apiKeys)
			.set({ revokedAt: ctx.now })
			.where(and(eq(apiKeys.id, keyId), isNull(apiKeys.revokedAt), own))
			.returning({ userId: apiKeys.userId, name: apiKeys.name });
		if (!revoked) throw new NotFound('apiKey');
		await announceRevoked(ctx, keyId);
		await tellOwner(ctx, revoked.userId, { change: 'key_revoked', name: revoked.name });
		return ok(null);
	});
}

/** Ends all keys of a person, whoever does it; answers how many there were. */
export async function revokeKeysOf(
	ctx: Ctx,
	userId: string,
	by: { readonly actorId?: string } = {}
): Promise<number> {
	const revoked = await ctx.db
		.update(apiKeys)
		.set({ revokedAt: ctx.now })
		.where(and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)))
		.returning({ id: apiKeys.id });
	for (const { id } of revoked) await announceRevoked(ctx, id, by);
	return revoked.length;
}

const announceRevoked = (ctx: Ctx, keyId: string, by: { readonly actorId?: string } = {}) =>
	announce(ctx, { kind: 'apiKey', recordId: keyId, rev: 2, act: 'revoke', ...by });

/** Counted under a lock of its own, so that two cannot both be the last. */
async function countLiveKeys(ctx: Ctx): Promise<number> {
	const { id } = ctx.actor;
	await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtext(${`api-keys:${id}`}))`);
	const live = or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, ctx.now));
	return ctx.db.$count(apiKeys, and(eq(apiKeys.userId, id), isNull(apiKeys.revokedAt), live));
}
