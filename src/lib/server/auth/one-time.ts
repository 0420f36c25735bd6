import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** A token that nobody can guess, for something that is done once; only its hash is ever stored. */
export function newOneTimeToken() {
	const token = randomBytes(SECRET_BYTES).toString('base64url');
	return { token, hash: hashOf(token) };
}

/** What a token is found by; null when it cannot be one. */
export const hashOfToken = (token: string): string | null =>
	TOKEN.test(token) ? hashOf(token) : null;

// A token is as random as a hash: there is nothing to slow down an attacker for.
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');
