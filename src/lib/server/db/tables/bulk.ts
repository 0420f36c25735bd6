import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

/**
 * One act on many records: chosen, looked at beforehand, done by the page or the worker, and taken back as
 * one. Its id is the batch under which the history has what was done.
 */
export const bulkRuns = pgTable(
	'bulk_runs',
	{
		id: uuid().primaryKey(),
		actorId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		act: text({
			enum: ['edit', 'hand_over', 'trash', 'restore', 'leave', 'move', 'undo']
		}).notNull(),
		/** Of records of one kind; null where it is about those of several. */
		kind: text(),
		/** What is wished for, by the schema of its act; null until it is said. */
		wish: jsonb(),
		/** The list that it was chosen in, as the address asked for it. */
		query: text().notNull().default(''),
		state: text({ enum: ['draft', 'queued', 'running', 'done', 'cancelled', 'failed'] })
			.notNull()
			.default('draft'),
		/** The run that this one takes back. */
		undoes: uuid(),
		createdAt: instant()
			.notNull()
			.default(sql`now()`),
		endedAt: instant(),
		cancelRequestedAt: instant()
	},
	(t) => [
		index().on(t.actorId, t.createdAt),
		index('bulk_runs_undone')
			.on(t.undoes)
			.where(sql`${t.undoes} is not null`),
		check('bulk_runs_wish', sql`${t.state} = 'draft' or ${t.wish} is not null`)
	]
);

/** One record of such an act, and what became of it. */
export const bulkItems = pgTable(
	'bulk_items',
	{
		runId: uuid()
			.notNull()
			.references(() => bulkRuns.id, { onDelete: 'cascade' }),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		/** In the order in which they are done. */
		position: integer().notNull(),
		state: text({ enum: ['waiting', 'changed', 'same', 'refused'] })
			.notNull()
			.default('waiting'),
		/** Why it was refused, or what of it could not come along. */
		reasons: jsonb().$type<readonly BulkReason[]>()
	},
	(t) => [
		primaryKey({ columns: [t.runId, t.kind, t.recordId] }),
		index().on(t.runId, t.state, t.position)
	]
);

/** Why a record was refused, as a form's fault says it. */
export interface BulkReason {
	readonly code: string;
	readonly field?: string;
	readonly params?: Readonly<Record<string, string | number>>;
}
