import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { installation } from '#lib/server/db/tables/index.ts';
import { announce, INSTALLATION } from '#lib/server/records/announce.ts';
import { isUnclaimed } from '../queries.server.ts';

const KEY = 'set_up_token';
const Stored = z.object({ hash: z.string() });

/**
 * Makes the one-time token that guards the set-up page and forgets the one before; null when somebody
 * has an account already. Only its hash is stored: whoever starts the server reads it on the console.
 */
export async function issueSetUpToken(ctx: Ctx): Promise<string | null> {
	if (!(await isUnclaimed(ctx))) return null;
	const token = randomBytes(24).toString('base64url');
	const value = { hash: hashOf(token).toString('hex') };
	await inTransaction(ctx, async (ctx) => {
		await ctx.db
			.insert(installation)
			.values({ key: KEY, value })
			.onConflictDoUpdate({ target: installation.key, set: { value } });
		await announce(ctx, { ...INSTALLATION, act: 'issue_set_up_token' });
	});
	return token;
}

/** Uses the token up inside the caller's transaction; false when it is not the one or no longer valid. */
export function redeemSetUpToken(ctx: Ctx, token: string): Promise<boolean> {
	return inTransaction(ctx, async (ctx) => {
		const [row] = await ctx.db
			.select({ value: installation.value })
			.from(installation)
			.where(eq(installation.key, KEY))
			.for('update');
		if (!row || !(await isUnclaimed(ctx))) return false;
		const stored = Buffer.from(Stored.parse(row.value).hash, 'hex');
		if (!timingSafeEqual(stored, hashOf(token))) return false;
		await ctx.db.delete(installation).where(eq(installation.key, KEY));
		await announce(ctx, { ...INSTALLATION, act: 'redeem_set_up_token' });
		return true;
	});
}

const hashOf = (token: string) => createHash('sha256').update(token).digest();
