import { and, asc, eq, gt, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { cities, cityNames } from '#lib/server/db/tables/index.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { isId } from '#lib/shared/ids.ts';
import { cityKey } from './model.ts';
import type { CityQuery } from './schema.ts';

export interface CityRow {
	readonly id: string;
	readonly country: string;
	readonly name: string;
	readonly alternatives: readonly string[];
}

const PAGE = 50;

const row = {
	id: cities.id,
	country: cities.country,
	name: cities.name,
	alternatives: sql<readonly string[]>`coalesce((
		select json_agg(other.name order by other.position) from ${cityNames} other
		where other.city_id = ${cities.id} and other.position > 0), '[]')`
};

/** One page of the catalogue by name and country; `after` is the last city of the page before. */
export async function listCities(ctx: Ctx, { q, country }: CityQuery, after: string | null = null) {
	const rows = await ctx.db
		.select(row)
		.from(cities)
		.where(
			and(
				country === null ? undefined : eq(cities.country, country),
				q === '' ? undefined : named(q),
				isId(after) ? await past(ctx, after) : undefined
			)
		)
		.orderBy(asc(cities.name), asc(cities.country), asc(cities.id))
		.limit(PAGE + 1);
	const page: readonly CityRow[] = rows.slice(0, PAGE);
	return { rows: page, next: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null };
}

/** Some name of the city holds this text. */
const named = (q: string): SQL =>
	inArray(
		cities.id,
		sql`(select ${cityNames.cityId} from ${cityNames} where ${cityNames.key} like ${likePattern(cityKey(q))})`
	);

async function past(ctx: Ctx, id: string): Promise<SQL | undefined> {
	const [last] = await ctx.db.select().from(cities).where(eq(cities.id, id));
	if (!last) return undefined;
	return or(
		gt(cities.name, last.name),
		and(eq(cities.name, last.name), gt(cities.country, last.country)),
		and(eq(cities.name, last.name), eq(cities.country, last.country), gt(cities.id, id))
	);
}

/** Countries that have cities here. */
export async function countriesOfCities(ctx: Ctx): Promise<readonly string[]> {
	const rows = await ctx.db.selectDistinct({ country: cities.country }).from(cities);
	return rows.map(({ country }) => country);
}

const OFFERED = 12;

/** Cities of a country to offer while somebody types one: those of which some name begins so. */
export async function offerCities(
	ctx: Ctx,
	{ q, country }: CityQuery
): Promise<readonly { readonly name: string; readonly country: string }[]> {
	if (q === '') return [];
	const start = likePattern(cityKey(q)).slice(1);
	return ctx.db
		.select({ name: cities.name, country: cities.country })
		.from(cities)
		.where(
			and(
				country === null ? undefined : eq(cities.country, country),
				inArray(
					cities.id,
					sql`(select ${cityNames.cityId} from ${cityNames} where ${cityNames.key} like ${start})`
				)
			)
		)
		.orderBy(asc(cities.name), asc(cities.country))
		.limit(OFFERED);
}

/** How the catalogue calls a city that is known there by this name; what it does not know stays as it was written. */
export async function knownCity(ctx: Ctx, country: string, typed: string): Promise<string> {
	const [found] = await ctx.db
		.select({ name: cities.name })
		.from(cityNames)
		.innerJoin(cities, eq(cities.id, cityNames.cityId))
		.where(and(eq(cityNames.country, country), eq(cityNames.key, cityKey(typed))));
	return found?.name ?? typed;
}
