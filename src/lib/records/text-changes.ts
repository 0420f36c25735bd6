import type { Json } from '#lib/shared/json.ts';
import type { RichText } from './values.ts';

/** A block of an earlier text beside the text of now: in both, only in the earlier one, or only in that of now. */
export interface ComparedBlock {
	readonly state: 'same' | 'gone' | 'new';
	readonly block: Json;
}

/** Both texts as one, in order, block by block: the longest sequence that they share stays together. */
export function compareTexts(
	earlier: RichText | null,
	now: RichText | null
): readonly ComparedBlock[] {
	const [old, fresh] = [earlier?.content ?? [], now?.content ?? []];
	const [oldKeys, freshKeys] = [old.map(keyOf), fresh.map(keyOf)];
	const shared = sharedLengths(oldKeys, freshKeys);
	const compared: ComparedBlock[] = [];
	let [i, j] = [0, 0];
	while (i < old.length || j < fresh.length) {
		if (i < old.length && j < fresh.length && oldKeys[i] === freshKeys[j]) {
			compared.push({ state: 'same', block: old[i++] ?? null });
			j++;
		} else if (
			j >= fresh.length ||
			(i < old.length && at(shared, i + 1, j) >= at(shared, i, j + 1))
		) {
			compared.push({ state: 'gone', block: old[i++] ?? null });
		} else {
			compared.push({ state: 'new', block: fresh[j++] ?? null });
		}
	}
	return compared;
}

/** For each pair of places, how many blocks the rests behind them have in common. */
function sharedLengths(old: readonly string[], fresh: readonly string[]): readonly Uint32Array[] {
	const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(fresh.length + 1));
	for (let i = old.length - 1; i >= 0; i--) {
		for (let j = fresh.length - 1; j >= 0; j--) {
			const length =
				old[i] === fresh[j]
					? at(rows, i + 1, j + 1) + 1
					: Math.max(at(rows, i + 1, j), at(rows, i, j + 1));
			rows[i]?.fill(length, j, j + 1);
		}
	}
	return rows;
}

const at = (rows: readonly Uint32Array[], i: number, j: number) => rows[i]?.[j] ?? 0;

/** The same for blocks that say the same, whatever the order of their keys: the database has one of its own. */
const keyOf = (block: Json): string =>
	JSON.stringify(block, (_key, value: unknown) => sorted(value));

function sorted(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
