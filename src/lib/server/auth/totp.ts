import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

// What every app understands: RFC 6238 with SHA-1, six digits and half a minute.
const SECRET_BYTES = 20;
const PERIOD_MS = 30_000;
const DIGITS = 6;
/** Clocks differ: the step before and the one after count, too. */
const DRIFT = [0, -1, 1];
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A secret that nobody can guess, in the letters in which apps take it. */
export const newTotpSecret = (): string => toBase32(randomBytes(SECRET_BYTES));

/** In which step a code of this secret belongs that was shown now or just before; null when it is none. */
export function stepOfCode(secret: string, code: string, now: Date): number | null {
	const given = Buffer.from(code.replace(/\s/g, ''));
	if (given.length !== DIGITS) return null;
	const key = fromBase32(secret);
	const present = Math.floor(now.getTime() / PERIOD_MS);
	const fits = DRIFT.map((drift) => present + drift).filter((step) =>
		timingSafeEqual(given, Buffer.from(codeAt(key, step)))
	);
	return fits[0] ?? null;
}

/** The code that an app shows now. */
export const codeOf = (secret: string, now: Date): string =>
	codeAt(fromBase32(secret), Math.floor(now.getTime() / PERIOD_MS));

/** What an app reads from the picture. */
export function totpAddress(secret: string, account: string, issuer: string): string {
	const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
	return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
}

/** RFC 4226 §5.3. */
function codeAt(key: Buffer, step: number): string {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(step));
	const mac = createHmac('sha1', key).update(counter).digest();
	const offset = (mac.at(-1) ?? 0) & 0x0f;
	const number = mac.readUInt32BE(offset) & 0x7fffffff;
	return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

export function toBase32(bytes: Uint8Array): string {
	const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
	const groups = bits.match(/.{1,5}/g) ?? [];
	return groups.map((group) => BASE32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}

function fromBase32(text: string): Buffer {
	const bits = Array.from(text, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'));
	const bytes = bits.join('').match(/.{8}/g) ?? [];
	return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
