import { createHash } from 'node:crypto';
import { eq, lt, sql } from 'drizzle-orm';
import { newId } from '#lib/shared/ids.ts';
import type { Db } from '../context.ts';
import { rateLimits } from '../db/tables/index.ts';
import { TooMany } from '../errors.ts';

export interface Limit {
	/** What is limited, such as "sign-in:email"; counted apart from other limits. */
	readonly name: string;
	/** Whose tries are counted; stored as a hash only. */
	readonly subject: string;
	readonly tries: number;
	readonly windowMs: number;
}

/**
 * Counts one try and throws `TooMany` with the wait when there were too many in the running window.
 * One atomic statement, so that processes and parallel requests share the count.
 */
export async function countTry(db: Db, limit: Limit, now: Date): Promise<void> {
	const windowStart = now.getTime() - limit.windowMs;
	const isOver = sql`${rateLimits.lastRequest} <= ${windowStart}`;
	const [counted] = await db
		.insert(rateLimits)
		.values({ id: newId(), key: keyOf(limit), count: 1, lastRequest: now.getTime() })
		.onConflictDoUpdate({
			target: rateLimits.key,
			set: {
				count: sql`case when ${isOver} then 1 else ${rateLimits.count} + 1 end`,
				lastRequest: sql`case when ${isOver} then excluded.last_request else ${rateLimits.lastRequest} end`
			}
		})
		.returning({ count: rateLimits.count, since: rateLimits.lastRequest });
	if (!counted || counted.count <= limit.tries) return;
	const waitMs = counted.since + limit.windowMs - now.getTime();
	throw new TooMany(limit.name, Math.max(1, Math.ceil(waitMs / 1000)));
}

/** Forgets what was counted: the person proved who he is. */
export async function forgetTries(db: Db, limit: Limit): Promise<void> {
	await db.delete(rateLimits).where(eq(rateLimits.key, keyOf(limit)));
}

/** Takes one counted try back: it was a good one. */
export async function forgiveTry(db: Db, limit: Limit): Promise<void> {
	await db
		.update(rateLimits)
		.set({ count: sql`greatest(${rateLimits.count} - 1, 0)` })
		.where(eq(rateLimits.key, keyOf(limit)));
}

/** Removes counters whose window is long over. */
export async function sweepTries(db: Db, before: Date): Promise<void> {
	await db.delete(rateLimits).where(lt(rateLimits.lastRequest, before.getTime()));
}

const keyOf = ({ name, subject }: Limit) =>
	`${name}:${createHash('sha256').update(subject).digest('base64url')}`;
