import { redirect } from '@sveltejs/kit';
import { savePreferences } from '#lib/features/notifications/commands.server.ts';
import { getPace, getPreferences, listMuted } from '#lib/features/notifications/queries.server.ts';
import { SavePreferences } from '#lib/features/notifications/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const [pace, preferences, muted] = await Promise.all([
			getPace(ctx),
			getPreferences(ctx, event.locals.notices),
			listMuted(ctx, event.locals.kinds)
		]);
		return { pace, preferences, muted, saved: event.url.searchParams.get('saved') !== null };
	});

export const actions = {
	save: (event) =>
		formAction(SavePreferences, (ctx, input) => savePreferences(ctx, event.locals.notices, input), {
			done: () => redirect(303, '/profile/notifications?saved')
		})(event)
} satisfies Actions;
