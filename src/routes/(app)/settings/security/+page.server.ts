import { requireFactor } from '#lib/features/users/commands.server.ts';
import { listFactorRoles } from '#lib/features/users/queries.server.ts';
import { RequireFactor } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({ roles: await listFactorRoles(ctx) }));

export const actions = { require: formAction(RequireFactor, requireFactor) } satisfies Actions;
