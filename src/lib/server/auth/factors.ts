import { and, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm';
import type { Db } from '../context.ts';
import { authenticators, passkeys, recoveryCodes, roles, userRoles } from '../db/tables/index.ts';
import { unseal } from '../seal.ts';
import { authSecret } from './cookie.ts';
import { hashOfRecoveryCode } from './recovery-code.ts';
import { stepOfCode } from './totp.ts';

/** What a person has beside his password. */
export interface Factors {
	readonly app: boolean;
	readonly passkey: boolean;
	/** His role asks for something. */
	readonly required: boolean;
}

/** What this person proves himself with, and whether he must. */
export async function factorsOf(db: Db, userId: string): Promise<Factors> {
	const app = db
		.select({ one: sql`1` })
		.from(authenticators)
		.where(and(eq(authenticators.userId, userId), isNotNull(authenticators.confirmedAt)));
	const passkey = db
		.select({ one: sql`1` })
		.from(passkeys)
		.where(eq(passkeys.userId, userId));
	const required = db
		.select({ one: sql`1` })
		.from(userRoles)
		.innerJoin(roles, eq(roles.id, userRoles.roleId))
		.where(and(eq(userRoles.userId, userId), eq(roles.secondFactor, true)));
	const [row] = await db
		.select({
			app: sql<boolean>`exists ${app}`,
			passkey: sql<boolean>`exists ${passkey}`,
			required: sql<boolean>`exists ${required}`
		})
		.from(sql`(select 1) as nothing`);
	return row ?? { app: false, passkey: false, required: false };
}

/** Whether he proves himself with anything beside his password. */
export const hasFactor = ({ app, passkey }: Factors): boolean => app || passkey;

/** Takes a code of the person's app or one of his recovery codes, each once; which it was, or null. */
export async function redeemCode(
	db: Db,
	userId: string,
	code: string,
	now: Date
): Promise<'app' | 'recovery' | null> {
	if (await redeemAppCode(db, userId, code, now)) return 'app';
	return (await redeemRecoveryCode(db, userId, code, now)) ? 'recovery' : null;
}

/** Takes a code of a confirmed app. */
async function redeemAppCode(db: Db, userId: string, code: string, now: Date): Promise<boolean> {
	const [app] = await db.select().from(authenticators).where(eq(authenticators.userId, userId));
	return app?.confirmedAt ? takeCode(db, app, code, now) : false;
}

/** True once for each code of the app: a later step must come after the one before. */
export async function takeCode(
	db: Db,
	app: typeof authenticators.$inferSelect,
	code: string,
	now: Date
): Promise<boolean> {
	const secret = unseal(authSecret(), app.id, app.secret);
	const step = secret === null ? null : stepOfCode(secret, code, now);
	if (step === null) return false;
	const taken = await db
		.update(authenticators)
		.set({ lastStep: step })
		.where(and(eq(authenticators.id, app.id), lt(authenticators.lastStep, step)))
		.returning({ id: authenticators.id });
	return taken.length > 0;
}

async function redeemRecoveryCode(
	db: Db,
	userId: string,
	code: string,
	now: Date
): Promise<boolean> {
	const hash = hashOfRecoveryCode(code);
	if (hash === null) return false;
	const used = await db
		.update(recoveryCodes)
		.set({ usedAt: now })
		.where(
			and(
				eq(recoveryCodes.hash, hash),
				eq(recoveryCodes.userId, userId),
				isNull(recoveryCodes.usedAt)
			)
		)
		.returning({ id: recoveryCodes.id });
	return used.length > 0;
}
