import { and, eq, gt, lt, sql } from 'drizzle-orm';
import { newId } from '#lib/shared/ids.ts';
import type { Db } from '../context.ts';
import { signInSteps, userProfiles, users } from '../db/tables/index.ts';
import { hashOfToken, newOneTimeToken } from './one-time.ts';

/** For how long somebody may look for his phone. */
export const STEP_SECONDS = 15 * 60;
/** So many wrong codes; then the password is asked for again. */
const TRIES = 8;

export type SignInStep = NonNullable<Awaited<ReturnType<typeof findStep>>>;

/** Remembers that somebody knew the password, and answers the token that proves it. */
export async function beginStep(
	db: Db,
	userId: string,
	asks: 'factor' | 'set_up',
	now: Date
): Promise<string> {
	const { token, hash } = newOneTimeToken();
	const expiresAt = new Date(now.getTime() + STEP_SECONDS * 1000);
	await db.delete(signInSteps).where(lt(signInSteps.expiresAt, now));
	await db.insert(signInSteps).values({
		...{ id: newId(now.getTime()), tokenHash: hash, userId, asks, expiresAt }
	});
	return token;
}

/** Who holds this token and what is asked of him; null when it took too long or too many tries. */
export async function findStep(db: Db, token: string, now: Date) {
	const [step] = await db
		.select({
			id: signInSteps.id,
			userId: signInSteps.userId,
			asks: signInSteps.asks,
			name: users.name,
			email: users.email
		})
		.from(signInSteps)
		.innerJoin(users, eq(users.id, signInSteps.userId))
		.innerJoin(userProfiles, eq(userProfiles.userId, signInSteps.userId))
		.where(and(isOpen(token, now), eq(userProfiles.active, true)));
	return step ?? null;
}

/** Counts a try; false when there were too many. */
export async function tryStep(db: Db, token: string, now: Date): Promise<boolean> {
	const counted = await db
		.update(signInSteps)
		.set({ tries: sql`${signInSteps.tries} + 1` })
		.where(isOpen(token, now))
		.returning({ id: signInSteps.id });
	return counted.length > 0;
}

/** Uses the step up; false when somebody else did. */
export async function endStep(db: Db, stepId: string): Promise<boolean> {
	const ended = await db
		.delete(signInSteps)
		.where(eq(signInSteps.id, stepId))
		.returning({ id: signInSteps.id });
	return ended.length > 0;
}

const isOpen = (token: string, now: Date) =>
	and(
		eq(signInSteps.tokenHash, hashOfToken(token) ?? ''),
		gt(signInSteps.expiresAt, now),
		lt(signInSteps.tries, TRIES)
	);
