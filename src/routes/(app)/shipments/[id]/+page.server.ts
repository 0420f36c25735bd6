import { changeShipment } from '#lib/features/shipments/commands.server.ts';
import { getShipment } from '#lib/features/shipments/queries.server.ts';
import { ChangeShipment } from '#lib/features/shipments/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:shipment', 'live:deal');
	return loadPage(event, async (ctx) => ({ shipment: await getShipment(ctx, event.params.id) }));
};

export const actions = { save: formAction(ChangeShipment, changeShipment) } satisfies Actions;
