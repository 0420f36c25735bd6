import { redirect } from '@sveltejs/kit';
import { signOut } from '#lib/features/users/commands.server.ts';
import { clearSessionCookie } from '#lib/server/web/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Signing out is a POST, so that no link can do it; whoever opens the address goes home. */
export const load: PageServerLoad = () => redirect(303, '/');

export const actions = {
	default: async (event) => {
		if (event.locals.actor) await signOut(event.locals.ctx());
		clearSessionCookie(event);
		// Copies and kept pages are taken away by the page itself, which knows whose they are: what somebody
		// else has not sent from this device stays. The browser's own cache holds no page of anybody.
		redirect(303, '/sign-in');
	}
} satisfies Actions;
