import { getRequest } from '#lib/features/requests/queries.server.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

/** One request on paper, for whoever may read it [core 5.23]. */
export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		request: await getRequest(ctx, event.params.id),
		printedBy: ctx.actor.name,
		locale: event.locals.locale,
		timeZone: ctx.actor.timeZone,
		now: ctx.now
	}));
