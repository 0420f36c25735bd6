import { sql } from 'drizzle-orm';
import {
	check,
	foreignKey,
	index,
	integer,
	pgTable,
	primaryKey,
	text,
	unique,
	uniqueIndex,
	uuid
} from 'drizzle-orm/pg-core';
import { peopleText } from './columns.ts';
import { countries } from './settings.ts';

/**
 * Cities by which places are offered and read. Records hold the name of theirs and no reference: what somebody
 * types, or a form sends, is never refused and never becomes an entry here.
 */
export const cities = pgTable(
	'cities',
	{
		id: uuid().primaryKey(),
		country: text()
			.notNull()
			.references(() => countries.code, { onDelete: 'restrict' }),
		name: peopleText().notNull()
	},
	(t) => [
		unique('cities_of_country').on(t.id, t.country),
		index('cities_by_name').on(t.name, t.country, t.id),
		index('cities_by_country_name').on(t.country, t.name, t.id)
	]
);

/** Every name that a city goes by, its own first. Within a country each is one city's alone, in whatever letters. */
export const cityNames = pgTable(
	'city_names',
	{
		cityId: uuid().notNull(),
		country: text().notNull(),
		/** 0 is its own name. */
		position: integer().notNull(),
		name: peopleText().notNull(),
		/** As names are compared. */
		key: text().notNull()
	},
	(t) => [
		primaryKey({ columns: [t.cityId, t.position] }),
		foreignKey({
			name: 'city_names_city',
			columns: [t.cityId, t.country],
			foreignColumns: [cities.id, cities.country]
		})
			.onDelete('cascade')
			.onUpdate('cascade'),
		uniqueIndex('city_names_one_city').on(t.country, t.key),
		index('city_names_by_key').using('gin', sql`${t.key} gin_trgm_ops`),
		check('city_names_key', sql`${t.key} <> '' and ${t.position} >= 0`)
	]
);
