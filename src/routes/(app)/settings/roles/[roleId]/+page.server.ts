import { changeRole } from '#lib/features/users/commands.server.ts';
import { getManagedRole } from '#lib/features/users/queries.server.ts';
import { ChangeRole } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({ role: await getManagedRole(ctx, event.params.roleId) }));

export const actions = { default: formAction(ChangeRole, changeRole) } satisfies Actions;
