import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Ctx } from '../context.ts';
import { idempotencyKeys } from '../db/tables/index.ts';
import { Stale } from '../errors.ts';

const fingerprintOf = (asked: unknown) =>
	createHash('sha256').update(JSON.stringify(asked)).digest('base64url');

/**
 * Does `work` at most once per person and key, in the transaction of `ctx`; a repetition gets the stored
 * answer. A repetition that arrives while the first is still at it waits for it; another question under
 * the same key is refused as Stale.
 */
export async function once<Answer>(
	ctx: Ctx,
	key: string | undefined,
	asked: unknown,
	work: () => Promise<{ readonly answer: Answer; readonly keep: boolean }>
): Promise<Answer> {
	if (key === undefined) return (await work()).answer;
	const fingerprint = fingerprintOf(asked);
	const own = and(eq(idempotencyKeys.actorId, ctx.actor.id), eq(idempotencyKeys.key, key));
	const claimed = await ctx.db
		.insert(idempotencyKeys)
		.values({ actorId: ctx.actor.id, key, fingerprint, result: {}, at: ctx.now })
		.onConflictDoNothing()
		.returning({ key: idempotencyKeys.key });
	if (claimed.length === 0) {
		const [stored] = await ctx.db.select().from(idempotencyKeys).where(own);
		if (stored?.fingerprint !== fingerprint) throw new Stale('idempotency key');
		return stored.result as Answer; // kept below for the same question
	}
	const { answer, keep } = await work();
	if (keep) await ctx.db.update(idempotencyKeys).set({ result: answer }).where(own);
	else await ctx.db.delete(idempotencyKeys).where(own);
	return answer;
}
