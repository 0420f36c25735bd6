import { and, asc, eq, inArray, ne } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { isTaken } from '#lib/server/db/refused.ts';
import { cities, cityNames } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce, announceFields } from '#lib/server/records/announce.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { allNames, cityKey, namesIn } from '../model.ts';
import { canAddCities, canChangeCities, canRemoveCities } from '../policy.ts';
import type { AddCity, ChangeCity, OneCity } from '../schema.ts';

/** Puts a city into the catalogue; every name of it must be free in its country. */
export async function addCity(ctx: Ctx, { country, name, alternatives }: AddCity) {
	if (!canAddCities(ctx.actor)) throw new Forbidden('city');
	return orTaken(() =>
		inTransaction(ctx, async (ctx) => {
			const names = allNames(name, namesIn(alternatives));
			const clash = await clashOf(ctx, { country, names, cityId: null });
			if (clash) return clash;
			const id = newId(ctx.now.getTime());
			await ctx.db.insert(cities).values({ id, country, name });
			await nameCity(ctx, { id, country }, names);
			const made = { country, name, alternatives: names.slice(1) };
			await announce(ctx, { kind: 'city', recordId: id, act: 'create', new: made });
			return ok({ id, name });
		})
	);
}

/** Gives a city another name and other alternatives; its own are never in its way. */
export async function changeCity(ctx: Ctx, { cityId, name, alternatives }: ChangeCity) {
	if (!canChangeCities(ctx.actor)) throw new Forbidden('city');
	return orTaken(() =>
		inTransaction(ctx, async (ctx) => {
			const city = await lockCity(ctx, cityId);
			const names = allNames(name, namesIn(alternatives));
			const clash = await clashOf(ctx, { country: city.country, names, cityId });
			if (clash) return clash;
			await ctx.db.update(cities).set({ name }).where(eq(cities.id, cityId));
			await nameCity(ctx, city, names);
			await announceFields(
				ctx,
				{ kind: 'city', recordId: cityId },
				{ name: city.name, alternatives: city.alternatives },
				{ name, alternatives: names.slice(1) }
			);
			return ok({ id: cityId, name });
		})
	);
}

/** Takes a city out of the catalogue; records keep what stands in them. */
export async function removeCity(ctx: Ctx, { cityId }: OneCity) {
	if (!canRemoveCities(ctx.actor)) throw new Forbidden('city');
	return inTransaction(ctx, async (ctx) => {
		const { country, name, alternatives } = await lockCity(ctx, cityId);
		await ctx.db.delete(cities).where(eq(cities.id, cityId));
		const old = { country, name, alternatives };
		await announce(ctx, { kind: 'city', recordId: cityId, act: 'remove', old });
		return ok({ id: cityId, name });
	});
}

/** Locks a city, and answers it with its other names in order. */
export async function lockCity(ctx: Ctx, id: string) {
	const [city] = await ctx.db.select().from(cities).where(eq(cities.id, id)).for('update');
	if (!city) throw new NotFound('city');
	const names = await ctx.db
		.select()
		.from(cityNames)
		.where(and(eq(cityNames.cityId, id), ne(cityNames.position, 0)))
		.orderBy(asc(cityNames.position));
	return { ...city, alternatives: names.map(({ name }) => name) };
}

/** Writes all names of a city anew. */
export async function nameCity(
	ctx: Ctx,
	{ id, country }: { readonly id: string; readonly country: string },
	names: readonly string[]
): Promise<void> {
	await ctx.db.delete(cityNames).where(eq(cityNames.cityId, id));
	await ctx.db.insert(cityNames).values(
		names.map((name, position) => ({
			...{ cityId: id, country, position, name },
			key: cityKey(name)
		}))
	);
}

/** The fault of the first name that is another city's in this country, with which city that is. */
async function clashOf(
	ctx: Ctx,
	{
		country,
		names,
		cityId
	}: { readonly country: string; readonly names: readonly string[]; readonly cityId: string | null }
) {
	const taken = await ctx.db
		.select({ key: cityNames.key, cityId: cityNames.cityId, city: cities.name })
		.from(cityNames)
		.innerJoin(cities, eq(cities.id, cityNames.cityId))
		.where(
			and(
				eq(cityNames.country, country),
				inArray(cityNames.key, names.map(cityKey)),
				cityId === null ? undefined : ne(cityNames.cityId, cityId)
			)
		);
	const first = names.findIndex((name) => taken.some(({ key }) => key === cityKey(name)));
	const clash = taken.find(({ key }) => key === cityKey(names[first] ?? ''));
	if (!clash) return null;
	const field = first === 0 ? 'name' : 'alternatives';
	const params = { name: names[first] ?? '', city: clash.city };
	return { ok: false as const, faults: [{ field, code: 'city_taken', params }] };
}

/** Whoever takes a name at the same moment is told the same. */
async function orTaken<Answer>(work: () => Promise<Answer>) {
	try {
		return await work();
	} catch (thrown) {
		if (isTaken(thrown)) return fail('city_taken');
		throw thrown;
	}
}
