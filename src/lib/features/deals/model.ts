import { generateKeyBetween } from 'fractional-indexing';
import type { Money } from '#lib/records/values.ts';
import { exchange } from '#lib/shared/exchange.ts';

/** Sums amounts per currency, the largest first; different currencies are never added up. */
export function totalsByCurrency(amounts: readonly (Money | null)[]): readonly Money[] {
	const sums = new Map<string, bigint>();
	for (const amount of amounts) {
		if (amount === null) continue;
		sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + BigInt(amount.minor));
	}
	return [...sums]
		.sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1))
		.map(([currency, minor]) => ({ minor: minor.toString(), currency }));
}

interface RatedSum {
	readonly minor: string | null;
	readonly currency: string | null;
	/** What one unit is worth in the currency that all are wanted in. */
	readonly worth: string | null;
}

/** Sums of several currencies in one; null when there is nothing to convert, or no rate for some. */
export function convertedTotal(sums: readonly RatedSum[], wanted: string | null): Money | null {
	const told = sums.filter(({ minor, currency }) => minor !== null && currency !== null);
	if (wanted === null || told.every(({ currency }) => currency === wanted)) return null;
	let total = 0n;
	for (const { minor, currency, worth } of told) {
		if (worth === null) return null;
		const from = { currency: currency ?? wanted, worth };
		total += exchange(BigInt(minor ?? 0), from, { currency: wanted, worth: '1' });
	}
	return { minor: total.toString(), currency: wanted };
}

const JITTER_STEPS = 20;

/**
 * A key that sorts between two others by bytes (null: open end). Random steps inside the gap keep two
 * people who drop a card in the same place at once from making the same key.
 */
export function keyBetween(after: string | null, before: string | null): string {
	let [low, high] = [after, before];
	let key = generateKeyBetween(low, high);
	for (const step of crypto.getRandomValues(new Uint8Array(JITTER_STEPS))) {
		if (step % 2) low = key;
		else high = key;
		key = generateKeyBetween(low, high);
	}
	return key;
}
