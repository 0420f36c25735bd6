import { sql } from 'drizzle-orm';
import { bigint, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';

const kind = () => text({ enum: ['contact', 'lead', 'user'] }).notNull();

/**
 * Who was erased, by ids alone. It outlives a restore: what an older backup brings back of these people is
 * erased again. It refers to no table, because whoever asked may be missing in such a backup.
 */
export const erasures = pgTable(
	'erasures',
	{
		id: uuid().primaryKey(),
		kind: kind(),
		recordId: uuid().notNull(),
		askedBy: uuid().notNull(),
		askedAt: instant().notNull(),
		/** Null while the worker has still to do it, for the first time or again. */
		doneAt: instant(),
		/** How much was taken away or made unreadable, by what it was. */
		counts: jsonb().notNull().default({})
	},
	(t) => [
		uniqueIndex('erasures_once').on(t.kind, t.recordId),
		index('erasures_waiting')
			.on(t.askedAt)
			.where(sql`${t.doneAt} is null`)
	]
);

/** Everything there is about a person, collected by the worker into a file that lies here for some days. */
export const personExports = pgTable(
	'person_exports',
	{
		id: uuid().primaryKey(),
		kind: kind(),
		recordId: uuid().notNull(),
		askedBy: uuid().notNull(),
		askedAt: instant().notNull(),
		readyAt: instant(),
		/** Name of the stored file below DATA_DIR/uploads. */
		storedAs: text(),
		sizeBytes: bigint({ mode: 'number' })
	},
	(t) => [
		index().on(t.kind, t.recordId),
		check('person_exports_ready', sql`(${t.readyAt} is null) = (${t.storedAs} is null)`)
	]
);
