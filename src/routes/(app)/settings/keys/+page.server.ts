import { redirect } from '@sveltejs/kit';
import { revokeApiKey } from '#lib/features/users/commands.server.ts';
import { listAllApiKeys } from '#lib/features/users/queries.server.ts';
import { OneApiKey } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		keys: await listAllApiKeys(ctx),
		revoked: event.url.searchParams.has('revoked')
	}));

export const actions = {
	revoke: formAction(OneApiKey, revokeApiKey, {
		done: () => redirect(303, '/settings/keys?revoked')
	})
} satisfies Actions;
