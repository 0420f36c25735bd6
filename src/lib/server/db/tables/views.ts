import { sql } from 'drizzle-orm';
import {
	boolean,
	check,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { byteText, instant } from './columns.ts';

import { departments, users } from './users.ts';

/** A way to look at a list that somebody gave a name: the list's address without its page. */
export const savedViews = pgTable(
	'saved_views',
	{
		id: uuid().primaryKey(),
		ownerId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		kind: text().notNull(),
		name: text().notNull(),
		query: text().notNull(),
		shared: text({ enum: ['nobody', 'department', 'team'] })
			.notNull()
			.default('nobody'),
		departmentId: uuid().references(() => departments.id, { onDelete: 'cascade' }),
		/** Stands in the rail of everybody who sees it. */
		pinned: boolean().notNull().default(false),
		position: byteText().notNull(),
		createdAt: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [
		index().on(t.ownerId, t.kind),
		index('saved_views_shared')
			.on(t.departmentId)
			.where(sql`${t.shared} <> 'nobody'`),
		check(
			'saved_views_department',
			sql`(${t.shared} = 'department') = (${t.departmentId} is not null)`
		)
	]
);

/** With which view a person begins a list. */
export const viewDefaults = pgTable(
	'view_defaults',
	{
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		kind: text().notNull(),
		viewId: uuid()
			.notNull()
			.references(() => savedViews.id, { onDelete: 'cascade' })
	},
	(t) => [primaryKey({ columns: [t.userId, t.kind] })]
);

/** Where a person has put a view among those of its list; without a place it comes after those that have one. */
export const viewPlaces = pgTable(
	'view_places',
	{
		userId: uuid()
			.notNull()
			.references(() => users.id, { onDelete: 'cascade' }),
		viewId: uuid()
			.notNull()
			.references(() => savedViews.id, { onDelete: 'cascade' }),
		place: integer().notNull()
	},
	(t) => [primaryKey({ columns: [t.userId, t.viewId] })]
);
