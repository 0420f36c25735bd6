import { sql } from 'drizzle-orm';
import {
	bigint,
	index,
	integer,
	jsonb,
	pgTable,
	primaryKey,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
import { departments, users } from './users.ts';

/** One file brought in by one person: its upload, mapping, progress and result. */
export const imports = pgTable(
	'imports',
	{
		id: uuid().primaryKey(),
		kind: text({ enum: ['company', 'contact', 'lead', 'deal'] }).notNull(),
		/** What the file was; it lies as CSV whatever it was. */
		format: text({ enum: ['csv', 'xlsx', 'vcard'] })
			.notNull()
			.default('csv'),
		state: text({
			enum: [
				'uploaded',
				'queued',
				'running',
				'done',
				'cancelled',
				'failed',
				// A trial ends where it began, at "uploaded".
				'trying',
				'undoing',
				'undone'
			]
		}).notNull(),
		/** What becomes of a row whose record exists already. */
		existing: text({ enum: ['create', 'skip', 'update'] })
			.notNull()
			.default('skip'),
		fileName: text().notNull(),
		/** Name of the stored file below DATA_DIR/uploads. */
		storedAs: text().notNull(),
		sizeBytes: bigint({ mode: 'number' }).notNull(),
		encoding: text().notNull(),
		delimiter: text().notNull(),
		hasHeader: text({ enum: ['yes', 'no'] }).notNull(),
		mapping: jsonb().notNull(),
		/** What the columns are called in the file; null when it has no header. */
		headings: jsonb(),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' }),
		ownerId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'restrict' }),
		/**
		 * Rows are numbered from 1 as a spreadsheet numbers them, header and blank rows included;
		 * everything up to here is settled, so a restarted job goes on after it.
		 */
		settledRows: integer().notNull().default(0),
		/** Line ends counted during upload; the exact number of rows once the run has begun. */
		totalRows: integer(),
		createdRows: integer().notNull().default(0),
		/** Rows with the same values in all mapped columns as an earlier row of the same file. */
		skippedRows: integer().notNull().default(0),
		/** Rows that changed a record that was there before. */
		updatedRows: integer().notNull().default(0),
		/** Rows whose record was there already and stayed as it was. */
		existingRows: integer().notNull().default(0),
		failedRows: integer().notNull().default(0),
		flaggedRows: integer().notNull().default(0),
		failure: text(),
		/** What the trial found, by its counters; null before one, and once something about the import has changed. */
		trial: jsonb(),
		/** Undoing goes through the records in the order of their ids, and on after this one. */
		undoneUpTo: uuid(),
		undoneRecords: integer().notNull().default(0),
		/** Records that somebody has changed since: they stay as they are. */
		keptRecords: integer().notNull().default(0),
		cancelRequestedAt: instant(),
		createdAt: instant()
			.notNull()
			.default(sql`now()`),
		startedAt: instant(),
		endedAt: instant()
	},
	(t) => [index().on(t.ownerId, t.createdAt)]
);

/** A row that was not brought in (or only in part), with its cells as they were and the reasons. */
export const importFaults = pgTable(
	'import_faults',
	{
		importId: uuid()
			.notNull()
			.references(() => imports.id, { onDelete: 'cascade' }),
		rowNumber: integer().notNull(),
		outcome: text({ enum: ['failed', 'flagged', 'existing'] }).notNull(),
		cells: jsonb().notNull(),
		faults: jsonb().notNull()
	},
	(t) => [primaryKey({ columns: [t.importId, t.rowNumber] })]
);

/** What a running import has already brought in, so that a repeated row is known after a restart too. */
export const importFingerprints = pgTable(
	'import_fingerprints',
	{
		importId: uuid()
			.notNull()
			.references(() => imports.id, { onDelete: 'cascade' }),
		fingerprint: bytea().notNull()
	},
	(t) => [primaryKey({ columns: [t.importId, t.fingerprint] })]
);
