import {
	addCity,
	changeCity,
	mergeCity,
	removeCity
} from '#lib/features/cities/commands.server.ts';
import { canAddCities, canChangeCities, canRemoveCities } from '#lib/features/cities/policy.ts';
import { countriesOfCities, listCities } from '#lib/features/cities/queries.server.ts';
import { AddCity, ChangeCity, CityQuery, MergeCity, OneCity } from '#lib/features/cities/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const { searchParams } = event.url;
		const query = CityQuery.parse({
			q: searchParams.get('q') ?? '',
			country: searchParams.get('country') || null
		});
		const [cities, inUse] = await Promise.all([
			listCities(ctx, query, searchParams.get('after')),
			countriesOfCities(ctx)
		]);
		return {
			cities,
			inUse,
			query,
			may: {
				add: canAddCities(ctx.actor),
				change: canChangeCities(ctx.actor),
				remove: canRemoveCities(ctx.actor)
			}
		};
	});

export const actions = {
	add: formAction(AddCity, addCity, {
		fields: { city_taken: 'name' },
		done: (_event, { name }) => ({ added: name })
	}),
	change: formAction(ChangeCity, changeCity, { fields: { city_taken: 'name' } }),
	merge: formAction(MergeCity, mergeCity, {
		fields: { city_unknown: 'into', same_city: 'into' },
		done: (_event, { name }) => ({ merged: name })
	}),
	remove: formAction(OneCity, removeCity)
} satisfies Actions;
