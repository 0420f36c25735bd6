import { createHash, randomBytes } from 'node:crypto';
import { toBase32 } from './totp.ts';

const COUNT = 10;
/** So much that a plain hash hides it (ASVS 6.5.2). */
const BYTES = 15;
const CODE = /^[a-z2-7]{24}$/;

interface RecoveryCode {
	/** As one writes it down. */
	readonly code: string;
	readonly hash: string;
}

/** A set of codes, each of which opens once in place of a second factor. */
export const newRecoveryCodes = (): readonly RecoveryCode[] =>
	Array.from({ length: COUNT }, () => {
		const letters = toBase32(randomBytes(BYTES)).toLowerCase();
		return { code: (letters.match(/.{4}/g) ?? []).join('-'), hash: hashOf(letters) };
	});

/** What a code is found by, however it was typed; null when it cannot be one. */
export function hashOfRecoveryCode(typed: string): string | null {
	const letters = typed.toLowerCase().replace(/[\s-]/g, '');
	return CODE.test(letters) ? hashOf(letters) : null;
}

const hashOf = (letters: string) => createHash('sha256').update(letters).digest('base64url');
