import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	check,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	uuid,
	type AnyPgColumn
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

/** A stored file by what it holds: the same content is there once, whatever it is called and wherever it hangs. */
export const blobs = pgTable(
	'blobs',
	{
		/** In hexadecimal; also its name on the disk. */
		sha256: text().primaryKey(),
		sizeBytes: bigint({ mode: 'number' }).notNull(),
		/** What its first bytes say it is; never what somebody claims. */
		type: text().notNull(),
		/** Of a picture. */
		width: integer(),
		height: integer(),
		storedAt: instant()
			.notNull()
			.default(sql`now()`),
		/** A small picture of it. */
		preview: text().references((): AnyPgColumn => blobs.sha256, { onDelete: 'restrict' }),
		/** It could not be made into a small picture. */
		previewFailedAt: instant(),
		/** Since when the disk does not have it. */
		missingAt: instant()
	},
	(t) => [
		check('blobs_sha256', sql`${t.sha256} ~ '^[0-9a-f]{64}$'`),
		index()
			.on(t.preview)
			.where(sql`${t.preview} is not null`),
		index()
			.on(t.missingAt)
			.where(sql`${t.missingAt} is not null`)
	]
);

/** A file at a record of any kind. */
export const attachments = pgTable(
	'attachments',
	{
		id: uuid().primaryKey(),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		blob: text()
			.notNull()
			.references(() => blobs.sha256, { onDelete: 'restrict' }),
		/** What it was called on the device that it came from. */
		name: text().notNull(),
		uploadedBy: uuid(),
		uploadedAt: instant()
			.notNull()
			.default(sql`now()`),
		removedAt: instant(),
		removedBy: uuid()
	},
	(t) => [
		index()
			.on(t.kind, t.recordId, t.uploadedAt, t.id)
			.where(sql`${t.removedAt} is null`),
		index().on(t.kind, t.recordId),
		index().on(t.blob),
		index().on(t.uploadedBy, t.uploadedAt),
		index()
			.on(t.removedAt)
			.where(sql`${t.removedAt} is not null`)
	]
);

/** The face of a person, the logo of a company. */
export const pictures = pgTable(
	'pictures',
	{
		/** user or company. */
		kind: text().notNull(),
		recordId: uuid().notNull(),
		blob: text()
			.notNull()
			.references(() => blobs.sha256, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.kind, t.recordId] }), index().on(t.blob)]
);

/** How much lies in the file store: one row, counted with every file, and anew by the job that tidies up. */
export const fileStore = pgTable(
	'file_store',
	{
		only: boolean().primaryKey().default(true),
		sizeBytes: bigint({ mode: 'number' }).notNull().default(0),
		files: bigint({ mode: 'number' }).notNull().default(0)
	},
	(t) => [check('file_store_only', sql`${t.only}`)]
);

/** What somebody says about a record, beside its notes. */
export const comments = pgTable(
	'comments',
	{
		id: uuid().primaryKey(),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		authorId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'restrict' }),
		/** A mentioned colleague stands in it as @{id}. */
		body: text().notNull(),
		mentions: uuid()
			.array()
			.notNull()
			.default(sql`'{}'`),
		writtenAt: instant()
			.notNull()
			.default(sql`now()`),
		editedAt: instant(),
		removedAt: instant()
	},
	(t) => [index().on(t.kind, t.recordId, t.writtenAt)]
);
