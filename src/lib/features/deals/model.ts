import { generateKeyBetween } from 'fractional-indexing';
import type { Money } from '#lib/records/values.ts';
import { exchange } from '#lib/shared/exchange.ts';

export { daysIn, gradeOf, type Signal } from './model/signals.ts';

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

/** What sums are worth by the likelihood, in per cent, that they come; null where nobody has said how likely. */
export const weighted = (
	sums: readonly Money[],
	probability: number | null
): readonly Money[] | null =>
	probability === null
		? null
		: sums.map(({ minor, currency }) => ({
				minor: ((BigInt(minor) * BigInt(probability)) / 100n).toString(),
				currency
			}));

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

/** Filters that ask for ended deals as much as for open ones. */
const ASK_FOR_ALL = [
	'stage',
	'reason',
	'closedFrom',
	'closedUntil',
	'company',
	'contact',
	'lead',
	'partner'
];

/** Which deals a list shows when its address does not say: the open ones, unless it asks for others, too [C181]. */
export function statusOf(filters: Readonly<Record<string, string | undefined>>): string {
	const isOfAll = ASK_FOR_ALL.some((name) => filters[name] !== undefined);
	return filters.status ?? (isOfAll ? 'all' : 'open');
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
