import { json } from '@sveltejs/kit';
import { search } from '#lib/features/search/queries.server.ts';
import { SearchQuery, type SearchAnswer } from '#lib/features/search/schema.ts';
import type { RequestHandler } from './$types';

/** Results while one types, for the signed-in browser. */
export const GET: RequestHandler = async ({ locals, url }) => {
	if (!locals.actor) return new Response(null, { status: 401 });
	const { q } = SearchQuery.parse({ q: url.searchParams.get('q') ?? '' });
	const answer: SearchAnswer = { q, hits: await search(locals.ctx(), locals.kinds, q) };
	return json(answer, { headers: { 'cache-control': 'private, no-store' } });
};
