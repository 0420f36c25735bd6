import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	index,
	jsonb,
	pgTable,
	primaryKey,
	text,
	unique,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

const userId = () =>
	uuid()
		.notNull()
		.references(() => users.id, { onDelete: 'cascade' });

/** What somebody is told of: one row a person and change, however often the fan-out runs. */
export const notifications = pgTable(
	'notifications',
	{
		id: uuid().primaryKey(),
		userId: userId(),
		/** The row of `changes` that it is about; of a reminder, its firing. */
		causeId: uuid().notNull(),
		at: instant().notNull(),
		/** What happened, by the name that preferences know: "deal.assigned". */
		act: text().notNull(),
		/** Why he is told: what he is to the record. */
		reason: text().notNull(),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		/** Who did it; nobody for what happens by itself. */
		actorId: uuid(),
		/** What the sentence says beside the record's name. */
		params: jsonb().notNull(),
		/** Of many changes made together, only the first is told. */
		batchId: uuid(),
		/** False for whoever wants mail only; the row then only remembers that he was told. */
		inApp: boolean().notNull(),
		mail: text({ enum: ['none', 'waiting', 'handed_over'] })
			.notNull()
			.default('none'),
		readAt: instant(),
		snoozedUntil: instant()
	},
	(t) => [
		unique('notifications_once').on(t.userId, t.causeId),
		uniqueIndex('notifications_once_a_batch')
			.on(t.userId, t.batchId, t.act)
			.where(sql`${t.batchId} is not null`),
		index('notifications_inbox')
			.on(t.userId, t.id)
			.where(sql`${t.inApp}`),
		index('notifications_unread')
			.on(t.userId)
			.where(sql`${t.inApp} and ${t.readAt} is null`),
		index('notifications_for_digest')
			.on(t.userId)
			.where(sql`${t.mail} = 'waiting'`),
		index('notifications_of_record').on(t.kind, t.recordId)
	]
);

/** What somebody wants to be told of, and how, where it differs from what is usual. */
export const notificationPreferences = pgTable(
	'notification_preferences',
	{
		userId: userId(),
		act: text().notNull(),
		inApp: boolean().notNull(),
		mail: boolean().notNull()
	},
	(t) => [primaryKey({ columns: [t.userId, t.act] })]
);

/** How somebody wants his mail, and when his day begins. No row: as is usual. */
export const notificationSettings = pgTable(
	'notification_settings',
	{
		userId: userId().primaryKey(),
		mailPace: text({ enum: ['at_once', 'daily'] })
			.notNull()
			.default('at_once'),
		/** HH:MM where he is; reminders of next steps come ten minutes later, the daily mail at this time. */
		dayStartsAt: text().notNull().default('08:30'),
		/** The last day on which the daily mail was made. */
		digestedOn: text()
	},
	(t) => [
		check('notification_settings_time', sql`${t.dayStartsAt} ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'`)
	]
);

/** A record that somebody does not want to hear of any more. */
export const mutedRecords = pgTable(
	'muted_records',
	{
		userId: userId(),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		at: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [
		primaryKey({ columns: [t.userId, t.kind, t.recordId] }),
		index('muted_records_of_record').on(t.kind, t.recordId)
	]
);
