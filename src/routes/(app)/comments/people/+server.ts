import { json } from '@sveltejs/kit';
import { suggestPeople } from '#lib/features/activity/queries.server.ts';
import { SearchQuery } from '#lib/features/search/schema.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import type { RequestHandler } from './$types.js';

/** Colleagues to mention, while one types. */
export const GET: RequestHandler = async (event) => {
	const { q } = SearchQuery.parse({ q: event.url.searchParams.get('q') ?? '' });
	const people = await suggestPeople(ctxOf(event), q);
	return json(people, { headers: { 'cache-control': 'private, no-store' } });
};
