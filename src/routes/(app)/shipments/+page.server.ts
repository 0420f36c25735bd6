import { listSoldProducts, listShipments } from '#lib/features/shipments/queries.server.ts';
import { shipmentList } from '#lib/features/shipments/schema.ts';
import { listDepartments } from '#lib/features/settings/queries.server.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { listQueryOf } from '#lib/server/web/list-page.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:shipment', 'live:deal');
	return loadPage(event, async (ctx) => {
		const asked = listQueryOf(event, ctx.actor, shipmentList);
		const query = { ...asked, filters: { owner: 'all', ...asked.filters } };
		const [list, departments, colleagues, products] = await Promise.all([
			listShipments(ctx, query),
			listDepartments(ctx),
			listColleagues(ctx),
			listSoldProducts(ctx)
		]);
		return {
			list,
			query,
			products,
			departments: departments.map(({ id, name }) => ({ id, name })),
			people: colleagues
				.filter(({ active, worksOn }) => active && worksOn.includes('deal'))
				.map(({ id, name }) => ({ id, name }))
		};
	});
};
