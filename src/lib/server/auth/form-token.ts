import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const SECOND_MS = 1000;
/** Nobody reads a form and fills it in faster. */
const SOONEST_MS = 2 * SECOND_MS;
const LATEST_MS = 24 * 60 * 60 * SECOND_MS;

/** What came of a token that a form brought back. */
export type FormToken =
	| { readonly ok: true; readonly nonce: string }
	| { readonly ok: false; readonly error: 'too_soon' | 'too_late' | 'not_ours' };

/**
 * A mark for one showing of a public form: when it was made, and a nonce that nobody else has. It proves
 * without any third party that whoever sends the form has been given it, and not just this instant.
 */
export function makeFormToken(about: string, secret: string, now: Date): string {
	const text = `${now.getTime().toString(36)}.${randomBytes(12).toString('base64url')}`;
	return `${text}.${signatureOf(about, text, secret).toString('base64url')}`;
}

/** Reads a mark that was made for the same thing. */
export function readFormToken(token: string, about: string, secret: string, now: Date): FormToken {
	const [at = '', nonce = '', signature = '', ...rest] = token.split('.');
	const given = Buffer.from(signature, 'base64url');
	const expected = signatureOf(about, `${at}.${nonce}`, secret);
	const isOurs =
		rest.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
	if (!isOurs) return { ok: false, error: 'not_ours' };
	const age = now.getTime() - Number.parseInt(at, 36);
	if (age < SOONEST_MS) return { ok: false, error: 'too_soon' };
	return age > LATEST_MS ? { ok: false, error: 'too_late' } : { ok: true, nonce };
}

/** Of its own kind: a signature of anything else that this secret signs is none of a form. */
const signatureOf = (about: string, text: string, secret: string) =>
	createHmac('sha256', secret).update(`form:${about}:${text}`).digest();
