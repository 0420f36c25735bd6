import { error } from '@sveltejs/kit';
import { mayErasePersons, mayExportPersons } from '#lib/features/privacy/policy.ts';
import { listErasures, searchPersons } from '#lib/features/privacy/queries.server.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

const QUERY_MAX = 200;

export const load: PageServerLoad = (event) => {
	event.depends('live:privacy');
	return loadPage(event, async (ctx) => {
		if (!mayExportPersons(ctx.actor)) error(403);
		const asked = event.url.searchParams.get('q') ?? '';
		const q = asked.replaceAll('\0', '').trim().slice(0, QUERY_MAX);
		return {
			q,
			persons: q === '' ? [] : await searchPersons(ctx, q),
			erasures: mayErasePersons(ctx.actor) ? await listErasures(ctx) : []
		};
	});
};
