import { redirect } from '@sveltejs/kit';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { restoreRequest } from '#lib/features/requests/commands.server.ts';
import { firstView, mayDeleteRequests } from '#lib/features/requests/policy.ts';
import {
	countViews,
	getTrashedRequest,
	listRequests
} from '#lib/features/requests/queries.server.ts';
import { OneRequest, requestList } from '#lib/features/requests/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { listQueryOf } from '#lib/server/web/list-page.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:request');
	return loadPage(event, async (ctx) => {
		const asked = listQueryOf(event, ctx.actor, requestList);
		const query = viewed(ctx.actor, asked, event.url.searchParams.has('sort'));
		const trashed = event.url.searchParams.get('trashed');
		const [listed, choices, counts, inTrash] = await Promise.all([
			listRequests(ctx, query),
			listChoices(ctx),
			countViews(ctx),
			trashed === null ? null : getTrashedRequest(ctx, trashed)
		]);
		return {
			...listed,
			query,
			choices,
			counts,
			trashed: inTrash,
			mayDelete: mayDeleteRequests(ctx.actor)
		};
	});
};

/** Filters that ask for more than what waits. */
const WIDE = ['owner', 'status', 'company', 'contact'];

/**
 * Everybody begins with what waits for him [B59], whoever waits longest first; who searches or asks for
 * something else looks among all.
 */
function viewed(actor: Actor, query: ListQuery, isSorted: boolean): ListQuery {
	const isWide = query.trash || query.q !== '' || WIDE.some((name) => query.filters[name]);
	const view = query.filters.view ?? (isWide ? 'all' : firstView(actor));
	const filters = { ...query.filters, view };
	if (isSorted || query.trash || view === 'all') return { ...query, filters };
	return { ...query, filters, sort: 'created', descending: false };
}

export const actions = {
	restore: formAction(OneRequest, restoreRequest, {
		done: (_event, { id }) => redirect(303, `/requests/${id}`)
	})
} satisfies Actions;
