import { redirect } from '@sveltejs/kit';
import { revokeOtherSessions, revokeSession } from '#lib/features/users/commands.server.ts';
import { listSessions } from '#lib/features/users/queries.server.ts';
import { NoInput, OneSession } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		sessions: await listSessions(ctx),
		revoked: event.url.searchParams.has('revoked')
	}));

const done = () => redirect(303, '/profile/sessions?revoked');

export const actions = {
	revoke: formAction(OneSession, revokeSession, { done }),
	revokeOthers: formAction(NoInput, revokeOtherSessions, { done })
} satisfies Actions;
