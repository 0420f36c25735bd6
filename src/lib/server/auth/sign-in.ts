import { fail, ok, type Result } from '#lib/shared/result.ts';
import type { Db } from '../context.ts';
import { isActive, type Auth } from './auth.ts';
import { factorsOf, hasFactor, redeemCode } from './factors.ts';
import { personOfPasskey, type Site } from './passkey.ts';
import { countTry, forgetTries, forgiveTry, sweepTries, type Limit } from './rate-limit.ts';
import { openSession, type Device } from './session.ts';
import { beginStep, endStep, findStep, tryStep, type SignInStep } from './sign-in-step.ts';

const WINDOW_MS = 15 * 60 * 1000;
const TRIES_PER_EMAIL = 10;
const TRIES_PER_ADDRESS = 50;
/** Wrong codes, however often the password was given before. */
const CODES_PER_PERSON = 20;

interface Where {
	readonly auth: Auth;
	readonly db: Db;
}

export interface SignInAttempt extends Device {
	readonly email: string;
	readonly password: string;
	readonly now: Date;
}

/** A session, or what else is asked before there is one; with the token of either. */
export interface Entered {
	readonly next: 'session' | 'factor' | 'set_up';
	readonly token: string;
}

/**
 * Takes a password: opens a session, or says what else is asked of its person. Unknown e-mail, wrong password
 * and inactive person get the same answer after the same work. Throws `TooMany` when an e-mail or an address
 * tried too often.
 */
export async function signIn(
	{ auth, db }: Where,
	{ email, password, address, userAgent, now }: SignInAttempt
): Promise<Result<Entered, 'wrong_credentials'>> {
	const perEmail = limit('sign-in:email', email.trim().toLowerCase(), TRIES_PER_EMAIL);
	const perAddress = limit('sign-in:address', network(address), TRIES_PER_ADDRESS);
	await countTry(db, perAddress, now);
	await countTry(db, perEmail, now);
	const userId = await personOf(auth, email.trim().toLowerCase(), password);
	const entered = userId && (await goOn({ auth, db }, userId, { address, userAgent, now }));
	if (!entered) return fail('wrong_credentials');
	await forgetTries(db, perEmail);
	await forgiveTry(db, perAddress);
	await sweepTries(db, new Date(now.getTime() - 2 * WINDOW_MS));
	return ok(entered);
}

/** What follows on the password. */
async function goOn(
	{ auth, db }: Where,
	userId: string,
	{ now, ...device }: Device & { readonly now: Date }
): Promise<Entered | null> {
	if (!(await isActive(db, userId))) return null;
	const factors = await factorsOf(db, userId);
	const asks = hasFactor(factors) ? 'factor' : factors.required ? 'set_up' : null;
	if (asks) return { next: asks, token: await beginStep(db, userId, asks, now) };
	const token = await openSession(auth, userId, device);
	return token === null ? null : { next: 'session', token };
}

/** Takes the code of somebody who gave his password before, and opens his session. */
export async function signInByCode(
	where: Where,
	{ stepToken, code, now, ...device }: Device & { stepToken: string; code: string; now: Date }
): Promise<Result<{ token: string; used: 'app' | 'recovery'; step: SignInStep }, CodeFault>> {
	const { db } = where;
	const step = await findStep(db, stepToken, now);
	if (step?.asks !== 'factor') return fail('step_is_over');
	const tries = limit('sign-in:code', step.userId, CODES_PER_PERSON);
	await countTry(db, tries, now);
	if (!(await tryStep(db, stepToken, now))) return fail('step_is_over');
	const used = await redeemCode(db, step.userId, code, now);
	if (!used) return fail('wrong_code');
	const token = await finishStep(where, step, device);
	if (token === null) return fail('step_is_over');
	await forgetTries(db, tries);
	return ok({ token, used, step });
}

type CodeFault = 'step_is_over' | 'wrong_code';

/** Opens the session of somebody whose device proved who he is: it asked him for a finger or a code of its own. */
export async function signInByPasskey(
	{ auth, db }: Where,
	{ response, site, now, ...device }: Device & { response: unknown; site: Site; now: Date }
): Promise<Result<{ token: string }, 'wrong_passkey'>> {
	const perAddress = limit('sign-in:address', network(device.address), TRIES_PER_ADDRESS);
	await countTry(db, perAddress, now);
	const userId = await personOfPasskey(db, site, { response, now });
	const token = userId && (await openSession(auth, userId, device));
	if (!token) return fail('wrong_passkey');
	await forgiveTry(db, perAddress);
	return ok({ token });
}

/** Opens the session of somebody who has done all that was asked. */
export async function finishStep(
	{ auth, db }: Where,
	step: SignInStep,
	device: Device
): Promise<string | null> {
	return (await endStep(db, step.id)) ? openSession(auth, step.userId, device) : null;
}

/** Whose password this is; where there is nobody, the same work is done. */
async function personOf(auth: Auth, email: string, password: string): Promise<string | null> {
	const { internalAdapter, password: hashing } = await auth.$context;
	const found = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
	const account = found?.accounts.find(({ providerId }) => providerId === 'credential');
	if (!account?.password) {
		await hashing.hash(password);
		return null;
	}
	const isRight = await hashing.verify({ hash: account.password, password });
	return isRight ? account.userId : null;
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
