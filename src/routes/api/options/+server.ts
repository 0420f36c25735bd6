import { json } from '@sveltejs/kit';
import { findNamed } from '#lib/features/search/queries.server.ts';
import { SearchQuery } from '#lib/features/search/schema.ts';
import type { Option } from '#lib/ui/options.svelte.ts';
import type { RequestHandler } from './$types';

/** Records of one kind that may be referred to, while one types, for the signed-in browser. */
export const GET: RequestHandler = async ({ locals, url }) => {
	if (!locals.actor) return new Response(null, { status: 401 });
	const serverKind = locals.kinds.find(({ kind }) => kind.name === url.searchParams.get('kind'));
	if (!serverKind) return new Response(null, { status: 404 });
	const { q } = SearchQuery.parse({ q: url.searchParams.get('q') ?? '' });
	const found = await findNamed(locals.ctx(), serverKind, q);
	const options: Option[] = found.map(({ id, name }) => ({ value: id, label: name }));
	return json(options, { headers: { 'cache-control': 'private, no-store' } });
};
