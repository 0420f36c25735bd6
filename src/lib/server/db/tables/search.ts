import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

/**
 * Words of names, each under itself and under what is left of it without one of its letters: two words that are one
 * slip apart meet under some key. Made from the records, and not kept up with them to the second.
 */
export const searchWords = pgTable(
	'search_words',
	{ key: text().notNull(), word: text().notNull() },
	(t) => [primaryKey({ columns: [t.key, t.word] })]
);
