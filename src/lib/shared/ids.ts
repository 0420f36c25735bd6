const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const BYTES = 16;
// Drawn for many ids at once: that costs more than all else about one.
let drawn = new Uint8Array();
let used = 0;

function randomBytes(): Uint8Array {
	if (used === drawn.length) {
		drawn = crypto.getRandomValues(new Uint8Array(BYTES * 64));
		used = 0;
	}
	return drawn.subarray(used, (used += BYTES));
}

/** Makes a UUIDv7 (RFC 9562 §5.7): sorted by time, made by whoever creates the row, browser included. */
export function newId(now: number = Date.now()): string {
	const bytes = randomBytes();
	for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) & 0xff;
	bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
	bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
	const hex = Array.from(bytes, (byte) => HEX[byte]).join('');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** So many ids of one moment, which sort in the order in which they stand. */
export const newIds = (count: number, now?: number): readonly string[] =>
	Array.from({ length: count }, () => newId(now)).sort();

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for the lower-case form of a UUID, the only one that addresses and documents use. */
export const isId = (value: unknown): value is string =>
	typeof value === 'string' && ID.test(value);
