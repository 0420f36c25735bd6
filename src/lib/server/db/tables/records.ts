import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { users } from './users.ts';

/** The live replica of a record, made by the server when a page first opens it live (sync.md §5). */
export const ydocs = pgTable(
	'ydocs',
	{
		kind: text().notNull(),
		recordId: uuid().notNull(),
		epoch: integer().notNull().default(1),
		schemaVersion: integer().notNull().default(1),
		rev: bigint({ mode: 'number' }).notNull(),
		snapshotRev: bigint({ mode: 'number' }).notNull(),
		snapshot: bytea().notNull()
	},
	(t) => [primaryKey({ columns: [t.kind, t.recordId] })]
);

/** Append log: one row per commit batch, revs dense per record. */
export const ydocUpdates = pgTable(
	'ydoc_updates',
	{
		kind: text().notNull(),
		recordId: uuid().notNull(),
		rev: bigint({ mode: 'number' }).notNull(),
		epoch: integer().notNull(),
		update: bytea().notNull(),
		at: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [primaryKey({ columns: [t.kind, t.recordId, t.rev] })]
);

/** Which user a Yjs client id belongs to: the first who used it; nobody else may write under it. */
export const ydocClients = pgTable(
	'ydoc_clients',
	{
		kind: text().notNull(),
		recordId: uuid().notNull(),
		clientId: bigint({ mode: 'number' }).notNull(),
		userId: uuid().notNull()
	},
	(t) => [primaryKey({ columns: [t.kind, t.recordId, t.clientId] })]
);

/** The one history: every change of every record, written in the transaction that made it. Append-only. */
export const changes = pgTable(
	'changes',
	{
		id: uuid().primaryKey(),
		batchId: uuid(),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		rev: bigint({ mode: 'number' }).notNull(),
		at: instant()
			.notNull()
			.default(sql`now()`),
		actorId: uuid(),
		source: text({ enum: ['live', 'form', 'api', 'job', 'import', 'undo', 'system'] }).notNull(),
		act: text().notNull(),
		field: text(),
		old: jsonb(),
		new: jsonb(),
		conflict: boolean().notNull().default(false)
	},
	(t) => [
		index().on(t.kind, t.recordId, t.rev),
		// The history of one field, and whether somebody's writing in a text goes on.
		index().on(t.kind, t.recordId, t.field, t.rev),
		// What happened beside the fields: files, comments, acts of commands.
		index('changes_beside_fields')
			.on(t.kind, t.recordId, t.rev)
			.where(sql`${t.field} is null`),
		// What one person did, newest first: ids are made in the order of time.
		index('changes_by_actor').on(t.actorId, t.id),
		index().on(t.batchId)
	]
);

/** Up to which revision a person has seen a record; what others did since is marked for him. */
export const recordViews = pgTable(
	'record_views',
	{
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		rev: bigint({ mode: 'number' }).notNull(),
		at: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [primaryKey({ columns: [t.userId, t.kind, t.recordId] }), index().on(t.kind, t.recordId)]
);

/** What somebody typed and a record did not take, until he settles it; nothing typed is lost. */
export const keptEdits = pgTable(
	'kept_edits',
	{
		id: uuid().primaryKey(),
		/** Who typed it. */
		userId: uuid().notNull(),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		at: instant()
			.notNull()
			.default(sql`now()`),
		reason: text({ enum: ['rejected', 'conflict', 'overtaken', 'closed', 'unreadable'] }).notNull(),
		/** Null when it cannot be told any more. */
		field: text(),
		value: jsonb(),
		/** What the record held instead. */
		current: jsonb(),
		fault: jsonb(),
		/** An edit that could not be applied at all. */
		update: bytea(),
		/** Whose value stands instead, when it is somebody else's: he is shown this one too. */
		otherId: uuid(),
		otherDismissedAt: instant(),
		settledAt: instant(),
		settledHow: text({ enum: ['applied', 'dismissed', 'superseded'] })
	},
	(t) => [
		index().on(t.userId, t.at),
		index()
			.on(t.kind, t.recordId)
			.where(sql`${t.settledAt} is null`)
	]
);

/** Answers already given, by user and key: a repeated request gets the stored answer and no second effect. */
export const idempotencyKeys = pgTable(
	'idempotency_keys',
	{
		actorId: uuid().notNull(),
		key: text().notNull(),
		fingerprint: text().notNull(),
		result: jsonb().notNull(),
		at: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [primaryKey({ columns: [t.actorId, t.key] }), index().on(t.at)]
);
