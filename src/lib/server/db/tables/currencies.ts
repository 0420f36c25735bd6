import { sql } from 'drizzle-orm';
import {
	boolean,
	char,
	check,
	date,
	numeric,
	pgTable,
	text,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { users } from './users.ts';

/** Currencies that amounts may be in, and the two that reports are made in [core 4.9]. */
export const currencies = pgTable(
	'currencies',
	{
		/** ISO 4217. */
		code: char({ length: 3 }).primaryKey(),
		/** Whether the daily job fetches its rates. */
		autoUpdate: boolean().notNull().default(true),
		/** Bookkeeping is in this one. */
		isState: boolean().notNull().default(false),
		/** Management reports are in this one; it may be the same. */
		isMarketing: boolean().notNull().default(false)
	},
	(t) => [
		check('currencies_code', sql`${t.code} ~ '^[A-Z]{3}$'`),
		uniqueIndex('currencies_one_state')
			.on(t.isState)
			.where(sql`${t.isState}`),
		uniqueIndex('currencies_one_marketing')
			.on(t.isMarketing)
			.where(sql`${t.isMarketing}`)
	]
);

/**
 * What one unit was worth on a day in the bookkeeping currency; one row a currency and day. The bookkeeping
 * currency itself has none: it is worth 1. What something is worth in the other reporting currency follows.
 */
export const rates = pgTable(
	'rates',
	{
		id: uuid().primaryKey(),
		currency: char({ length: 3 })
			.notNull()
			.references(() => currencies.code, { onDelete: 'restrict' }),
		on: date({ mode: 'string' }).notNull(),
		worth: numeric({ precision: 24, scale: 10 }).notNull(),
		/** An official rate comes from a provider and is final; an approximate one was typed or carried over. */
		quality: text({ enum: ['approximate', 'official'] }).notNull(),
		setBy: uuid().references(() => users.id, { onDelete: 'restrict' }),
		setAt: instant()
			.notNull()
			.default(sql`now()`)
	},
	(t) => [
		uniqueIndex('rates_one_a_day').on(t.currency, t.on),
		check('rates_positive', sql`${t.worth} > 0`)
	]
);
