import { eq, sql, type SQL } from 'drizzle-orm';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { searchWords } from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { keysOf, SHORTEST_WORD } from '../queries/words.server.ts';

/** The row that says up to when the words of changed records are in; no word has this key. */
const MARK = '';
/** Changes become visible when they are committed, which may be this much later than the time they carry. */
const OVERLAP = sql`interval '15 minutes'`;
/** Longer ones are no words. */
const LONGEST_WORD = 30;

/** Adds the words of names that are new or were changed since this ran last. */
export function collectWords(ctx: Ctx, kinds: readonly ServerKind[]): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		const [mark] = await ctx.db
			.select()
			.from(searchWords)
			.where(eq(searchWords.key, MARK))
			.for('update');
		const since = mark
			? sql`${mark.word}::timestamptz - ${OVERLAP}`
			: sql`'-infinity'::timestamptz`;
		for (const kind of kinds) await ctx.db.execute(wordsSince(kind, since));
		await ctx.db.delete(searchWords).where(eq(searchWords.key, MARK));
		await ctx.db.insert(searchWords).values({ key: MARK, word: ctx.now.toISOString() });
	});
}

/** Finds all words anew, so that those of records that are gone are gone, too. */
export function recollectWords(ctx: Ctx, kinds: readonly ServerKind[]): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		await ctx.db.delete(searchWords);
		await collectWords(ctx, kinds);
	});
}

function wordsSince({ table, search: { names } }: ServerKind, since: SQL): SQL {
	return sql`
		insert into ${searchWords} (key, word)
		select keys.key, words.word from (
			select distinct word from ${table},
				regexp_split_to_table(left(search_fold(${names}), 1000), '[^[:alpha:]]+') as word
			where ${table}.updated_at > ${since} and ${table.deletedAt} is null
				and char_length(word) between ${SHORTEST_WORD} and ${LONGEST_WORD}
		) words, lateral (${keysOf(sql`words.word`)}) keys
		order by keys.key, words.word
		on conflict do nothing`;
}
