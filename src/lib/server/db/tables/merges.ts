import { sql } from 'drizzle-orm';
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

/**
 * Two records that turned out to be one. While a row of it is not undone, the one that went lies in the trash
 * and leads to the one that was kept. The id is the batch of everything that the merge changed.
 */
export const merges = pgTable(
	'merges',
	{
		id: uuid().primaryKey(),
		kind: text({ enum: ['company', 'contact', 'lead'] }).notNull(),
		keptId: uuid().notNull(),
		goneId: uuid().notNull(),
		/** What moved that is no record and so has no history: by what it is, as it was before. */
		moved: jsonb().notNull(),
		mergedBy: uuid().notNull(),
		mergedAt: instant().notNull(),
		undoneBy: uuid(),
		undoneAt: instant()
	},
	(t) => [
		uniqueIndex('merges_one_open')
			.on(t.kind, t.goneId)
			.where(sql`${t.undoneAt} is null`),
		index('merges_of_kept')
			.on(t.kind, t.keptId)
			.where(sql`${t.undoneAt} is null`),
		check('merges_two', sql`${t.keptId} <> ${t.goneId}`),
		check('merges_undone_by', sql`(${t.undoneAt} is null) = (${t.undoneBy} is null)`)
	]
);
