import { APIError } from 'better-auth/api';
import { fail, ok, type Result } from '#lib/shared/result.ts';
import type { Db } from '../context.ts';
import { ADDRESS_HEADER, type Auth } from './auth.ts';
import { countTry, forgetTries, forgiveTry, sweepTries, type Limit } from './rate-limit.ts';

const WINDOW_MS = 15 * 60 * 1000;
const TRIES_PER_EMAIL = 10;
const TRIES_PER_ADDRESS = 50;

export interface SignInAttempt {
	readonly email: string;
	readonly password: string;
	readonly address: string;
	readonly userAgent: string;
	readonly now: Date;
}

/**
 * Opens a session and answers its token. Unknown e-mail, wrong password and inactive person get the same
 * answer after the same work. Throws `TooMany` when an e-mail or an address tried too often.
 */
export async function signIn(
	{ auth, db }: { auth: Auth; db: Db },
	{ email, password, address, userAgent, now }: SignInAttempt
): Promise<Result<{ token: string }, 'wrong_credentials'>> {
	const perEmail = limit('sign-in:email', email.trim().toLowerCase(), TRIES_PER_EMAIL);
	const perAddress = limit('sign-in:address', network(address), TRIES_PER_ADDRESS);
	await countTry(db, perAddress, now);
	await countTry(db, perEmail, now);
	const token = await openSession(auth, { email: email.trim(), password, address, userAgent });
	if (!token) return fail('wrong_credentials');
	await forgetTries(db, perEmail);
	await forgiveTry(db, perAddress);
	await sweepTries(db, new Date(now.getTime() - 2 * WINDOW_MS));
	return ok({ token });
}

async function openSession(
	auth: Auth,
	{ email, password, address, userAgent }: Omit<SignInAttempt, 'now'>
): Promise<string | null> {
	const headers = new Headers({ [ADDRESS_HEADER]: address, 'user-agent': userAgent });
	try {
		const { token } = await auth.api.signInEmail({ body: { email, password }, headers });
		return token;
	} catch (error) {
		if (error instanceof APIError && error.statusCode < 500) return null;
		throw error;
	}
}

const limit = (name: string, subject: string, tries: number): Limit => ({
	name,
	subject,
	tries,
	windowMs: WINDOW_MS
});

/** One household or office counts once: with IPv6 it owns a whole /64. */
export function network(address: string): string {
	if (!address.includes(':') || address.includes('.')) return address;
	const [head = '', tail] = address.split('::');
	const front = head.split(':').filter(Boolean);
	const back = (tail ?? '').split(':').filter(Boolean);
	const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
	return [...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':');
}
