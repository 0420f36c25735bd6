import { redirect } from '@sveltejs/kit';
import { createApiKey, revokeApiKey } from '#lib/features/users/commands.server.ts';
import { listApiKeys } from '#lib/features/users/queries.server.ts';
import { CreateApiKey, OneApiKey } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		keys: await listApiKeys(ctx),
		revoked: event.url.searchParams.has('revoked')
	}));

export const actions = {
	create: formAction(CreateApiKey, createApiKey, {
		// Shown in the answer to this very form and never again.
		done: ({ setHeaders }, { name, token }) => {
			setHeaders({ 'cache-control': 'private, no-store' });
			return { made: { name, token } };
		}
	}),
	revoke: formAction(OneApiKey, revokeApiKey, {
		done: () => redirect(303, '/profile/keys?revoked')
	})
} satisfies Actions;
