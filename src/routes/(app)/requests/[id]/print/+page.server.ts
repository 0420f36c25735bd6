import { listProductChoices } from '#lib/features/products/queries.server.ts';
import { getRequest } from '#lib/features/requests/queries.server.ts';
import { idsOf } from '#lib/records/document.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

/** One request on paper, for whoever may read it [core 5.23]. */
export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const request = await getRequest(ctx, event.params.id);
		const chosen = idsOf(request.values.products);
		const products = await listProductChoices(ctx, request.departmentId, chosen);
		return {
			request,
			products: products.filter(({ id }) => chosen.includes(id)).map(({ name }) => name),
			printedBy: ctx.actor.name,
			locale: event.locals.locale,
			timeZone: ctx.actor.timeZone,
			now: ctx.now
		};
	});
