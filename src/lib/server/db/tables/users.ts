import { sql } from 'drizzle-orm';
import {
	boolean,
	index,
	integer,
	bigint,
	pgTable,
	primaryKey,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { instant, peopleText } from './columns.ts';

// users, sessions, accounts, verifications and rate_limits have the shape that better-auth expects (uuid ids).

export const users = pgTable('users', {
	id: uuid().primaryKey(),
	name: peopleText().notNull(),
	email: text().notNull().unique(),
	emailVerified: boolean().notNull().default(false),
	image: text(),
	createdAt: instant()
		.notNull()
		.default(sql`now()`),
	updatedAt: instant()
		.notNull()
		.default(sql`now()`)
});

export const sessions = pgTable(
	'sessions',
	{
		id: uuid().primaryKey(),
		expiresAt: instant().notNull(),
		token: text().notNull().unique(),
		createdAt: instant()
			.notNull()
			.default(sql`now()`),
		updatedAt: instant()
			.notNull()
			.default(sql`now()`),
		ipAddress: text(),
		userAgent: text(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		/** What its person may do has changed: the browser gets another token with the next page. */
		rotationDue: boolean().notNull().default(false),
		/** Opens it for a moment longer: other requests were on their way. */
		previousToken: text().unique(),
		previousUntil: instant()
	},
	(t) => [index().on(t.userId)]
);

export const accounts = pgTable(
	'accounts',
	{
		id: uuid().primaryKey(),
		accountId: text().notNull(),
		providerId: text().notNull(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		accessToken: text(),
		refreshToken: text(),
		idToken: text(),
		accessTokenExpiresAt: instant(),
		refreshTokenExpiresAt: instant(),
		scope: text(),
		password: text(),
		createdAt: instant()
			.notNull()
			.default(sql`now()`),
		updatedAt: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [index().on(t.userId)]
);

export const verifications = pgTable('verifications', {
	id: uuid().primaryKey(),
	identifier: text().notNull(),
	value: text().notNull(),
	expiresAt: instant().notNull(),
	createdAt: instant()
		.notNull()
		.default(sql`now()`),
	updatedAt: instant()
		.notNull()
		.default(sql`now()`)
});

export const rateLimits = pgTable('rate_limits', {
	id: uuid().primaryKey(),
	key: text().notNull().unique(),
	count: integer().notNull(),
	lastRequest: bigint({ mode: 'number' }).notNull()
});

/** What Tandem knows of a person beyond sign-in. A person is deactivated, never deleted. */
export const userProfiles = pgTable('user_profiles', {
	userId: uuid()
		.primaryKey()
		.references(() => users.id, { onDelete: 'restrict' }),
	active: boolean().notNull().default(true),
	language: text({ enum: ['en', 'de'] })
		.notNull()
		.default('en'),
	timeZone: text().notNull().default('UTC'),
	/** How colleagues reach him, as he wrote it. */
	phone: text(),
	colorScheme: text({ enum: ['system', 'light', 'dark'] })
		.notNull()
		.default('system'),
	/** Others are not shown which records he has open. */
	viewPrivately: boolean().notNull().default(false),
	currentDepartmentId: uuid().references(() => departments.id, { onDelete: 'set null' })
});

export const departments = pgTable(
	'departments',
	{
		id: uuid().primaryKey(),
		name: peopleText().notNull().unique(),
		defaultCountry: text(),
		defaultCurrency: text(),
		worksGlobally: boolean().notNull().default(false)
	},
	(t) => [uniqueIndex('departments_name').on(sql`lower(${t.name})`)]
);

export const departmentMembers = pgTable(
	'department_members',
	{
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' }),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.userId, t.departmentId] }), index().on(t.departmentId)]
);

export const roles = pgTable(
	'roles',
	{
		id: uuid().primaryKey(),
		key: text().notNull(),
		name: text().notNull(),
		/** Whoever has it proves who he is with something besides his password. */
		secondFactor: boolean().notNull().default(false)
	},
	(t) => [uniqueIndex().on(t.key)]
);

/** One right: a role may do `verb` on `entity` within `scope`. A person's rights are the union over his roles. */
export const rolePermissions = pgTable(
	'role_permissions',
	{
		roleId: uuid()
			.notNull()
			.references(() => roles.id, { onDelete: 'cascade' }),
		entity: text().notNull(),
		verb: text().notNull(),
		scope: text({ enum: ['own', 'department', 'all'] }).notNull()
	},
	(t) => [primaryKey({ columns: [t.roleId, t.entity, t.verb] })]
);

export const userRoles = pgTable(
	'user_roles',
	{
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'restrict' }),
		roleId: uuid()
			.notNull()
			.references(() => roles.id, { onDelete: 'restrict' })
	},
	(t) => [primaryKey({ columns: [t.userId, t.roleId] }), index().on(t.roleId)]
);

/** A way in for programs, in a person's name. What opens it is known only to whoever made it: here lies its hash. */
export const apiKeys = pgTable(
	'api_keys',
	{
		id: uuid().primaryKey(),
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'restrict' }),
		name: text().notNull(),
		/** How the token begins, so that people can tell theirs apart. */
		prefix: text().notNull(),
		hash: text().notNull().unique(),
		scopes: text({ enum: ['read', 'write'] })
			.array()
			.notNull(),
		createdAt: instant().notNull(),
		lastUsedAt: instant(),
		expiresAt: instant(),
		revokedAt: instant()
	},
	(t) => [index().on(t.userId)]
);
