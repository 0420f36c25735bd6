import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { bytea, instant } from './columns.ts';
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
		userId: uuid().references(() => users.id, { onDelete: 'cascade' })
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

/** An app that shows codes; a person has one at most. Until a code of it was seen it proves nothing. */
export const authenticators = pgTable('authenticators', {
	id: uuid().primaryKey(),
	userId: uuid()
		.notNull()
		.unique()
		.references(() => users.id, { onDelete: 'cascade' }),
	/** Sealed under this row's id. */
	secret: text().notNull(),
	createdAt: instant().notNull(),
	confirmedAt: instant(),
	/** The step of the last code that was taken: none up to it is taken again. */
	lastStep: bigint({ mode: 'number' }).notNull().default(0)
});

/** For whoever has lost his second factor; hashes. Each opens once. */
export const recoveryCodes = pgTable(
	'recovery_codes',
	{
		id: uuid().primaryKey(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		hash: text().notNull().unique(),
		createdAt: instant().notNull(),
		usedAt: instant()
	},
	(t) => [index().on(t.userId)]
);

/** Somebody between his password and his second factor: the browser holds a token, here lies its hash. */
export const signInSteps = pgTable(
	'sign_in_steps',
	{
		id: uuid().primaryKey(),
		tokenHash: text().notNull().unique(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		/** What is asked of him: his second factor, or to set one up because his role asks for one. */
		asks: text({ enum: ['factor', 'set_up'] }).notNull(),
		tries: integer().notNull().default(0),
		expiresAt: instant().notNull()
	},
	(t) => [index().on(t.userId)]
);

/** A key that a person's device holds; its public half. */
export const passkeys = pgTable(
	'passkeys',
	{
		id: uuid().primaryKey(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		name: text().notNull(),
		credentialId: text().notNull().unique(),
		publicKey: bytea().notNull(),
		/** How often its device says that it was used; some say nothing and stay at 0. */
		counter: bigint({ mode: 'number' }).notNull(),
		transports: text().array().notNull(),
		createdAt: instant().notNull(),
		lastUsedAt: instant()
	},
	(t) => [index().on(t.userId)]
);

/** What a device is asked to sign; each is answered once. */
export const passkeyChallenges = pgTable('passkey_challenges', {
	challenge: text().primaryKey(),
	/** Who adds a passkey; null when somebody wants to come in. */
	userId: uuid().references(() => users.id, { onDelete: 'cascade' }),
	expiresAt: instant().notNull()
});
