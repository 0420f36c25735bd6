import { hashPassword, verifyPassword } from 'better-auth/crypto';
import { and, eq } from 'drizzle-orm';
import { newId } from '#lib/shared/ids.ts';
import type { Db } from '../context.ts';
import { accounts } from '../db/tables/index.ts';

// The rows that the sign-in library reads, written inside our own transactions.
const PROVIDER = 'credential';

const credentialOf = (userId: string) =>
	and(eq(accounts.userId, userId), eq(accounts.providerId, PROVIDER));

/** Gives a person his password, the first or another one. */
export async function setPassword(db: Db, userId: string, password: string): Promise<void> {
	const hash = await hashPassword(password);
	const changed = await db
		.update(accounts)
		.set({ password: hash, updatedAt: new Date() })
		.where(credentialOf(userId))
		.returning({ id: accounts.id });
	if (changed.length > 0) return;
	await db
		.insert(accounts)
		.values({ id: newId(), accountId: userId, providerId: PROVIDER, userId, password: hash });
}

/** Whether this is the person's password. */
export async function isPasswordOf(db: Db, userId: string, password: string): Promise<boolean> {
	const [account] = await db
		.select({ hash: accounts.password })
		.from(accounts)
		.where(credentialOf(userId));
	return account?.hash ? verifyPassword({ hash: account.hash, password }) : false;
}
