import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

/** The mail server that the system's own mail goes through; without a row nothing leaves this machine. */
export const mailSettings = pgTable(
	'mail_settings',
	{
		id: uuid().primaryKey(),
		/** There is one at most. */
		only: boolean().notNull().default(true).unique(),
		host: text().notNull(),
		port: integer().notNull(),
		security: text({ enum: ['tls', 'starttls', 'none'] }).notNull(),
		username: text(),
		/** Sealed under this row's id. */
		password: text(),
		senderName: text().notNull(),
		senderAddress: text().notNull(),
		/** Where people reach this installation: links in mails begin with it. */
		address: text().notNull(),
		updatedAt: instant().notNull(),
		updatedBy: uuid().references(() => users.id, { onDelete: 'set null' })
	},
	(t) => [
		check('mail_settings_only', sql`${t.only}`),
		check('mail_settings_port', sql`${t.port} between 1 and 65535`)
	]
);

/**
 * Mail of the system itself. The state is written before the act and settled after it: what was being sent
 * when a worker died is unknown, and a person decides what becomes of it.
 */
export const outgoingMails = pgTable(
	'outgoing_mails',
	{
		id: uuid().primaryKey(),
		purpose: text({ enum: ['notification', 'digest', 'reminder', 'test', 'account'] }).notNull(),
		userId: uuid().references(() => users.id, { onDelete: 'set null' }),
		recipient: text().notNull(),
		subject: text().notNull(),
		text: text().notNull(),
		html: text().notNull(),
		/** What stands in both only while it is sent, such as a one-time link's token; sealed under this row's id. */
		secret: text(),
		/** Fixed from the beginning, so that a mail that arrives twice is recognised. */
		messageId: text().notNull().unique(),
		state: text({ enum: ['waiting', 'sending', 'sent', 'failed', 'unknown'] })
			.notNull()
			.default('waiting'),
		/** No mail server was set: it lies in the captured mailbox and has gone nowhere. */
		captured: boolean().notNull().default(false),
		attempts: integer().notNull().default(0),
		nextAttemptAt: instant(),
		createdAt: instant().notNull(),
		startedAt: instant(),
		settledAt: instant(),
		/** What the mail server said last. */
		answer: text()
	},
	(t) => [
		index('outgoing_mails_by_state').on(t.state, t.id),
		index('outgoing_mails_of_user').on(t.userId)
	]
);
