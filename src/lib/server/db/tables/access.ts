import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

/** Somebody who may make himself an account. What opens it is known only to whoever has the link: here lies its hash. */
export const invitations = pgTable(
	'invitations',
	{
		id: uuid().primaryKey(),
		email: text().notNull(),
		/** What the inviting person calls him; he may write it otherwise. */
		name: text().notNull(),
		language: text({ enum: ['en', 'de'] }).notNull(),
		/** Where he will belong; what is gone by then he does not get. */
		departmentIds: uuid().array().notNull(),
		roleIds: uuid().array().notNull(),
		tokenHash: text().notNull().unique(),
		invitedBy: uuid().references(() => users.id, { onDelete: 'set null' }),
		createdAt: instant().notNull(),
		expiresAt: instant().notNull(),
		/** Taken up or taken back: it opens nothing any more. */
		settledAt: instant(),
		/** Who came of it. */
		userId: uuid().references(() => users.id, { onDelete: 'set null' })
	},
	(t) => [
		uniqueIndex('invitations_open')
			.on(t.email)
			.where(sql`${t.settledAt} is null`)
	]
);

/** A way to another password, for whoever has the link; its hash. All of a person's go when one was used. */
export const passwordLinks = pgTable(
	'password_links',
	{
		id: uuid().primaryKey(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		tokenHash: text().notNull().unique(),
		createdAt: instant().notNull(),
		expiresAt: instant().notNull()
	},
	(t) => [index().on(t.userId)]
);
