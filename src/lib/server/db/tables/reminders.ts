import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

/**
 * What somebody wants to be reminded of at a record; nobody else sees it. One that follows the next step has
 * no text and no time of its own: both are the record's, whoever changes them.
 */
export const reminders = pgTable(
	'reminders',
	{
		id: uuid().primaryKey(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		kind: text().notNull(),
		recordId: uuid().notNull(),
		followsStep: boolean().notNull().default(false),
		subject: text(),
		description: text(),
		dueAt: instant(),
		sendMail: boolean().notNull(),
		state: text({ enum: ['active', 'fired', 'done'] })
			.notNull()
			.default('active'),
		firedAt: instant(),
		createdAt: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [
		check(
			'reminders_time_and_text',
			sql`${t.followsStep} or (${t.dueAt} is not null and ${t.subject} is not null)`
		),
		check('reminders_step_is_active', sql`not (${t.followsStep} and ${t.state} <> 'active')`),
		uniqueIndex('reminders_one_step')
			.on(t.userId, t.kind, t.recordId)
			.where(sql`${t.followsStep}`),
		index('reminders_due')
			.on(t.dueAt)
			.where(sql`${t.state} = 'active' and not ${t.followsStep}`),
		index('reminders_following')
			.on(t.kind, t.recordId)
			.where(sql`${t.followsStep}`),
		index('reminders_of_user').on(t.userId, t.kind, t.recordId)
	]
);
