import { mayImport } from '#lib/features/imports/policy.ts';
import { listImports } from '#lib/features/imports/queries.server.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:import');
	return loadPage(event, async (ctx) => ({
		imports: await listImports(ctx),
		mayImport: mayImport(ctx.actor)
	}));
};
