import { redirect, type RequestEvent } from '@sveltejs/kit';
import { isUnclaimed } from '#lib/features/users/queries.server.ts';
import { SignIn } from '#lib/features/users/schema.ts';
import { isMailSet } from '#lib/server/mail/settings.ts';
import { formAction } from '#lib/server/web/action.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { enter, wayTo } from '#lib/server/web/enter.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	if (event.locals.actor) redirect(303, destination(event));
	const ctx = systemCtxOf(event);
	if (await isUnclaimed(ctx)) redirect(303, '/set-up');
	return {
		mailSet: await isMailSet(ctx),
		isReset: event.url.searchParams.has('reset'),
		passkeyHref: wayTo('/sign-in/passkey', destination(event))
	};
};

export const actions = {
	default: (event) =>
		formAction(SignIn, (_ctx, input) => enter(event, input), {
			ctx: systemCtxOf,
			done: (event, { page }) => redirect(303, wayTo(page, destination(event)))
		})(event)
} satisfies Actions;

const destination = (event: RequestEvent) => safeReturnPath(event.url.searchParams.get('to'));
