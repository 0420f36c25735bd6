import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * Makes a secret unreadable for whoever has only the database: encrypted under the installation's secret and
 * bound to the row that it lies in, so that it cannot be moved to another one.
 */
export function seal(secret: string, rowId: string, text: string): string {
	const iv = randomBytes(IV_BYTES);
	const cipher = createCipheriv(CIPHER, keyOf(secret), iv).setAAD(Buffer.from(rowId));
	const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
	const sealed = Buffer.concat([iv, cipher.getAuthTag(), body]);
	return `${VERSION}.${sealed.toString('base64url')}`;
}

/** The secret again; null when it was sealed under another secret or for another row, or was tampered with. */
export function unseal(secret: string, rowId: string, sealed: string): string | null {
	const [version, encoded] = sealed.split('.');
	if (version !== VERSION || encoded === undefined) return null;
	const bytes = Buffer.from(encoded, 'base64url');
	const iv = bytes.subarray(0, IV_BYTES);
	const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
	try {
		const decipher = createDecipheriv(CIPHER, keyOf(secret), iv, { authTagLength: TAG_BYTES });
		decipher.setAAD(Buffer.from(rowId)).setAuthTag(tag);
		const body = bytes.subarray(IV_BYTES + TAG_BYTES);
		return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
	} catch {
		return null;
	}
}

/** Cookies are signed with the same secret: what it is used for makes another key of it. */
const keyOf = (secret: string) =>
	Buffer.from(hkdfSync('sha256', secret, '', 'tandem secrets at rest', KEY_BYTES));
