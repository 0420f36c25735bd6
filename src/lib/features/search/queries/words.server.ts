import { sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { searchWords } from '#lib/server/db/tables/index.ts';

/** Shorter words are one slip away from too many others. */
export const SHORTEST_WORD = 4;
const NEAREST = 4;

/** For each of the words that names do not have: those they have and that are one slip away from it. One statement. */
export async function wordsNear(
	{ db }: Ctx,
	words: readonly string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
	const long = words.filter((word) => Array.from(word).length >= SHORTEST_WORD);
	if (long.length === 0) return new Map();
	const rows = await db.execute<{ typed: string; word: string }>(sql`
		select typed, word from jsonb_array_elements_text(${JSON.stringify(long)}::text::jsonb) as typed,
		lateral (
			select near.word from (${keysOf(sql`search_fold(typed)`)}) keys
			join ${searchWords} near on near.key = keys.key
			where near.word <> search_fold(typed)
			group by near.word
			order by similarity(near.word, search_fold(typed)) desc, near.word
			limit ${NEAREST}
		) nearest`);
	return new Map(
		[...Map.groupBy(rows, ({ typed }) => typed)].map(([typed, near]) => [
			typed,
			near.map(({ word }) => word)
		])
	);
}

/** The keys of a word: itself and what is left of it without one of its letters. */
export const keysOf = (word: ReturnType<typeof sql>) => sql`
	select ${word} as key union
	select left(${word}, n - 1) || substr(${word}, n + 1) from generate_series(1, char_length(${word})) n`;
