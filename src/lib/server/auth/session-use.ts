import { and, eq, lt } from 'drizzle-orm';
import type { Db } from '../context.ts';
import { sessions } from '../db/tables/index.ts';
import type { SignedIn } from './actor.ts';

/** A session ends this long after it was last used. */
export const SESSION_SECONDS = 14 * 24 * 60 * 60;
const NOTE_USE_AFTER_MS = 5 * 60 * 1000;

/**
 * Notes that a session is in use and moves its end; true when it did and the cookie should move too.
 * Written at most every few minutes, so that reading a page is not a write.
 */
export async function noteUse(db: Db, signedIn: SignedIn, now: Date): Promise<boolean> {
	if (now.getTime() - signedIn.usedAt.getTime() < NOTE_USE_AFTER_MS) return false;
	const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000);
	const noted = await db
		.update(sessions)
		.set({ updatedAt: now, expiresAt })
		.where(and(eq(sessions.id, signedIn.sessionId), lt(sessions.updatedAt, now)))
		.returning({ id: sessions.id });
	return noted.length > 0;
}
