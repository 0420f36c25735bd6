import { search } from '#lib/features/search/queries.server.ts';
import { SearchQuery } from '#lib/features/search/schema.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const { q } = SearchQuery.parse({ q: url.searchParams.get('q') ?? '' });
	return { q, hits: await search(locals.ctx(), locals.kinds, q) };
};
