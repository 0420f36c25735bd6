import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { kinds } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { changes, cities, cityNames, companies, contacts } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { inRollback, systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { runJobs } from '#tests/support/jobs.ts';
import { aCompany, aContact, aFrontDesk, aRequest, requestRow } from '#tests/support/requests.ts';
import { addCity, changeCity, mergeCity, removeCity, renameCity } from './commands.server.ts';
import { knownCity, listCities, offerCities } from './queries.server.ts';

const city = (ctx: Ctx, name: string, alternatives = '', country = 'UA') =>
	addCity(ctx, { country, name, alternatives });

async function aCity(...input: Parameters<typeof city>): Promise<string> {
	const made = await city(...input);
	if (!made.ok) throw new Error(JSON.stringify(made));
	return made.value.id;
}

const taken = (field: string, name: string, of: string) => ({
	ok: false,
	faults: [{ field, code: 'city_taken', params: { name, city: of } }]
});

inRollback(
	'[T334, T335, T336, T337, T339, T340] within a country each name is one city’s alone, in whatever letters; a short name inside a longer one is another',
	async (ctx) => {
		const { olga } = await aFrontDesk(ctx);
		await aCity(olga, 'Kyiv', 'Kiev, Kiew');
		expect(await city(olga, 'Kyiv')).toEqual(taken('name', 'Kyiv', 'Kyiv'));
		expect(await city(olga, 'KYIV')).toEqual(taken('name', 'KYIV', 'Kyiv'));
		expect(await city(olga, 'kiev')).toEqual(taken('name', 'kiev', 'Kyiv'));
		expect(await city(olga, 'Lviv', 'Lwow, Kiew')).toEqual(taken('alternatives', 'Kiew', 'Kyiv'));
		expect((await city(olga, 'Kyiv', '', 'PL')).ok).toBe(true);
		// The reference takes "Kie" for a part of "Kiev" and refuses it.
		expect((await city(olga, 'Kie')).ok).toBe(true);
	}
);

inRollback(
	'[T341, T342] a city is changed without being in its own way, and takes no name of another one',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		const kyiv = await aCity(ann, 'Kyiv', 'Kiev');
		await aCity(ann, 'Lviv');
		const change = (name: string, alternatives: string) =>
			changeCity(ann, { cityId: kyiv, name, alternatives });
		expect((await change('Kyiv', 'Kiev')).ok).toBe(true);
		expect((await change('Kiev', 'Kyiv, KIEV')).ok).toBe(true);
		expect(await change('Kyiv', 'Kiev, lviv')).toEqual(taken('alternatives', 'lviv', 'Lviv'));
		const { rows } = await listCities(ann, { q: 'kyiv', country: null });
		expect(rows).toMatchObject([{ name: 'Kiev', alternatives: ['Kyiv'] }]);
	}
);

inRollback(
	'[T344, T346, T347, T354] the list is ordered by name and country, and found by any name of a city',
	async (ctx) => {
		const { ann } = await aFrontDesk(ctx);
		for (const [name, country] of [
			['Zürich', 'CH'],
			['Springfield', 'US'],
			['Springfield', 'CA']
		] as const) {
			await aCity(ann, name, name === 'Zürich' ? 'Zurich, Turicum' : '', country);
		}
		const all = await listCities(ann, { q: '', country: null });
		expect(all.rows.map(({ name, country }) => `${name} ${country}`)).toEqual([
			'Springfield CA',
			'Springfield US',
			'Zürich CH'
		]);
		const found = await listCities(ann, { q: 'TURIC', country: null });
		expect(found.rows.map(({ name }) => name)).toEqual(['Zürich']);
		expect((await listCities(ann, { q: '', country: 'US' })).rows).toHaveLength(1);
		expect((await listCities(ann, { q: '', country: null }, all.rows[0]?.id)).rows).toHaveLength(2);
		const offered = await offerCities(ann, { q: 'turic', country: 'CH' });
		expect(offered).toEqual([{ name: 'Zürich', country: 'CH' }]);
		expect(await offerCities(ann, { q: 'turic', country: 'DE' })).toEqual([]);
		expect(await knownCity(ann, 'CH', ' ZURICH ')).toBe('Zürich');
		expect(await knownCity(ann, 'CH', 'Winterthur')).toBe('Winterthur');
	}
);

inRollback('[core 3.2] sellers and operators keep the cities, others do not', async (ctx) => {
	const { ann, olga, office } = await aFrontDesk(ctx);
	const kyiv = await aCity(ann, 'Kyiv');
	const chief = await aColleague(ctx, 'Carl', 'chief', office);
	await expect(city(chief, 'Lviv')).rejects.toThrow(Forbidden);
	await expect(removeCity(chief, { cityId: kyiv })).rejects.toThrow(Forbidden);
	await expect(mergeCity(chief, { cityId: kyiv, into: 'Kyiv' })).rejects.toThrow(Forbidden);
	expect((await removeCity(olga, { cityId: kyiv })).ok).toBe(true);
	expect(await ctx.db.$count(cityNames)).toBe(0);
});

inRollback(
	'[T319, T320, T321, B322] merging cities gives the one that stays the names of both, and records keep their city: that one',
	async (ctx) => {
		const { ann, tina } = await aFrontDesk(ctx);
		const kyiv = await aCity(ann, 'Kyiv', 'KIEV');
		const gone = await aCity(ann, 'Kiew', 'Kyjiw');
		const place = { country: 'UA', city: 'kiew ' };
		const company = await aCompany(ann, 'Nord', { place });
		const foreign = await aCompany(tina, 'Nord', { place });
		const person = await aContact(ann, 'Anna Berg', company, { place });
		const request = await aRequest(ann, { place });
		const elsewhere = await aCompany(ann, 'Süd', { place: { country: 'DE', city: 'Kiew' } });
		expect(await mergeCity(ann, { cityId: gone, into: 'Lviv' })).toEqual({
			...{ ok: false, error: 'city_unknown' }
		});
		expect(await mergeCity(ann, { cityId: gone, into: 'KYJIW' })).toEqual({
			...{ ok: false, error: 'same_city' }
		});
		expect(await mergeCity(ann, { cityId: gone, into: 'kiev' })).toMatchObject({ ok: true });
		const { rows } = await listCities(ann, { q: '', country: null });
		expect(rows).toEqual([
			{ id: kyiv, country: 'UA', name: 'Kyiv', alternatives: ['KIEV', 'Kiew', 'Kyjiw'] }
		]);
		await renameCity(ann, kinds, {
			...{ country: 'UA', name: 'Kyiv', others: ['Kiew', 'Kyjiw'] },
			...{ batchId: gone, actorId: ann.actor.id }
		});
		const places = await ctx.db.select().from(companies).orderBy(companies.number);
		expect(places.map(({ city }) => city)).toEqual(['Kyiv', 'Kyiv', 'Kiew']);
		expect([company, foreign, elsewhere]).toEqual(places.map(({ id }) => id));
		const [contact] = await ctx.db.select().from(contacts).where(eq(contacts.id, person));
		expect(contact?.city).toBe('Kyiv');
		expect((await requestRow(ctx, request)).city).toBe('Kyiv');
		// Once more by a city that has no other names yet, and one whose name it has already in other letters.
		const plain = await aCity(ann, 'Odesa');
		await mergeCity(ann, { cityId: await aCity(ann, 'Odessa'), into: 'Odesa' });
		const [odesa] = (await listCities(ann, { q: 'odes', country: null })).rows;
		expect(odesa).toMatchObject({ id: plain, alternatives: ['Odessa'] });
	}
);

describe('at the same moment', async () => {
	const { db } = await testDatabase();

	test('[T351] two who add one name get one city, and the worker renames what the merge left to it', async () => {
		const { ann, olga } = await aFrontDesk(systemCtx(db));
		const both = await Promise.all([city(ann, 'Kyiv'), city(olga, 'kyiv')]);
		expect(both.filter(({ ok }) => ok)).toHaveLength(1);
		expect(await db.$count(cities)).toBe(1);
		const gone = await aCity(ann, 'Kiew');
		const company = await aCompany(ann, 'Nord', { place: { country: 'UA', city: 'Kiew' } });
		const merged = await mergeCity(ann, { cityId: gone, into: 'Kyiv' });
		expect(merged.ok).toBe(true);
		expect(await runJobs(systemCtx(db), 'cities.rename')).toBe(1);
		const [row] = await db.select().from(companies).where(eq(companies.id, company));
		expect(row?.city?.toLowerCase()).toBe('kyiv');
		const [edit] = await db.select().from(changes).where(eq(changes.field, 'place'));
		expect(edit).toMatchObject({ recordId: company, actorId: ann.actor.id });
	});
});
