import { createHash } from 'node:crypto';
import { and, eq, lt, sql } from 'drizzle-orm';
import type { Ctx } from '../context.ts';
import { idempotencyKeys } from '../db/tables/index.ts';
import { Stale } from '../errors.ts';

/** The key has been used for something else: one key, one question. */
export class ReusedKey extends Stale {
	readonly key: string;
	constructor(key: string) {
		super('idempotency key');
		this.key = key;
	}
}

const fingerprintOf = (asked: unknown) =>
	createHash('sha256').update(JSON.stringify(asked)).digest('base64url');

/**
 * Does `work` at most once per person and key, in the transaction of `ctx`; a repetition gets the stored
 * answer. A repetition that arrives while the first is still at it waits for it; another question under
 * the same key throws ReusedKey.
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
		if (stored?.fingerprint !== fingerprint) throw new ReusedKey(key);
		return stored.result as Answer; // kept below for the same question
	}
	const { answer, keep } = await work();
	if (keep) await ctx.db.update(idempotencyKeys).set({ result: answer }).where(own);
	else await ctx.db.delete(idempotencyKeys).where(own);
	return answer;
}

/** So long a repetition finds its answer: well beyond what any client goes on trying without a person. */
export const ANSWERS_KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const FORGOTTEN_AT_ONCE = 5_000;

/** Forgets answers that nobody asks for any more, a few thousand a statement; says how many. */
export async function forgetAnswers({ db, now }: Ctx): Promise<number> {
	const before = new Date(now.getTime() - ANSWERS_KEPT_MS);
	const { actorId, key, at } = idempotencyKeys;
	for (let forgotten = 0; ;) {
		const old = db
			.select({ actorId, key })
			.from(idempotencyKeys)
			.where(lt(at, before))
			.limit(FORGOTTEN_AT_ONCE);
		const gone = await db
			.delete(idempotencyKeys)
			.where(sql`(${actorId}, ${key}) in ${old}`)
			.returning({ key });
		forgotten += gone.length;
		if (gone.length < FORGOTTEN_AT_ONCE) return forgotten;
	}
}
