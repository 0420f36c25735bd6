/** Anything that survives JSON. */
export type Json =
	string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const DEEPEST = 40;

/**
 * Whatever somebody sent as JSON that Postgres stores: what has no place in it becomes empty, and
 * characters that no text may hold become the replacement character.
 */
export function plainJson(sent: unknown, depth = 0): Json {
	if (typeof sent === 'string') return sent.toWellFormed().replaceAll('\0', '\uFFFD');
	if (typeof sent === 'boolean') return sent;
	if (typeof sent === 'number') return Number.isFinite(sent) ? sent : null;
	if (typeof sent === 'bigint') return sent.toString();
	if (typeof sent !== 'object' || sent === null || depth === DEEPEST) return null;
	if (Array.isArray(sent)) return sent.map((one) => plainJson(one, depth + 1));
	if (ArrayBuffer.isView(sent)) return null;
	return Object.fromEntries(
		Object.entries(sent).map(([key, value]) => [
			plainJson(key) as string, // of a string
			plainJson(value, depth + 1)
		])
	);
}
