import { json } from '@sveltejs/kit';
import { offerCities } from '#lib/features/cities/queries.server.ts';
import { CityQuery } from '#lib/features/cities/schema.ts';
import type { RequestHandler } from './$types';

/** Cities of the catalogue to offer while somebody types one, for the signed-in browser. */
export const GET: RequestHandler = async ({ locals, url }) => {
	if (!locals.actor) return new Response(null, { status: 401 });
	const { searchParams } = url;
	const query = CityQuery.parse({
		q: searchParams.get('q') ?? '',
		country: searchParams.get('country') || null
	});
	const offered = await offerCities(locals.ctx(), query);
	return json(offered, { headers: { 'cache-control': 'private, no-store' } });
};
