import { randomBytes } from 'node:crypto';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Db } from '../context.ts';
import { sessions } from '../db/tables/index.ts';
import type { Auth } from './auth.ts';

/** From where somebody comes. */
export interface Device {
	readonly address: string;
	readonly userAgent: string;
}

/** Opens a session for somebody who has proved who he is, and answers its token; null when he is inactive. */
export async function openSession(
	auth: Auth,
	userId: string,
	{ address, userAgent }: Device
): Promise<string | null> {
	const { internalAdapter } = await auth.$context;
	const from = { ipAddress: address, userAgent };
	// Its hooks may refuse, whatever its type says.
	const session = (await internalAdapter.createSession(userId, false, from)) as {
		token: string;
	} | null;
	return session?.token ?? null;
}

const TOKEN_BYTES = 32;
/** Requests that were on their way still come with the token before. */
const GRACE_MS = 60_000;

/** Gives a session another token: its person proved more, or may do something else. */
export async function rotateSession(db: Db, sessionId: string, now: Date): Promise<string | null> {
	return rotate(db, sessionId, now, undefined);
}

/** The same when it is due, once however many requests come at a time. */
export const rotateIfDue = (db: Db, sessionId: string, now: Date) =>
	rotate(db, sessionId, now, eq(sessions.rotationDue, true));

async function rotate(db: Db, sessionId: string, now: Date, condition = sql`true`) {
	const token = randomBytes(TOKEN_BYTES).toString('base64url');
	const rotated = await db
		.update(sessions)
		.set({
			token,
			previousToken: sessions.token,
			previousUntil: new Date(now.getTime() + GRACE_MS),
			rotationDue: false,
			updatedAt: now
		})
		.where(and(eq(sessions.id, sessionId), condition))
		.returning({ id: sessions.id });
	return rotated.length > 0 ? token : null;
}

/** Has the sessions of these people take another token with their next page. */
export async function rotateSoon(db: Db, userIds: readonly string[]): Promise<void> {
	if (userIds.length === 0) return;
	await db
		.update(sessions)
		.set({ rotationDue: true })
		.where(inArray(sessions.userId, [...userIds]));
}

/** Ends a session. */
export async function endSession(db: Db, sessionId: string): Promise<void> {
	await db.delete(sessions).where(eq(sessions.id, sessionId));
}
