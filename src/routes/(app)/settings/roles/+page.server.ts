import { listManagedRoles } from '#lib/features/users/queries.server.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({ roles: await listManagedRoles(ctx) }));
