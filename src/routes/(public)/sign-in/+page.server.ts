import { redirect, type RequestEvent } from '@sveltejs/kit';
import { isUnclaimed } from '#lib/features/users/queries.server.ts';
import { SignIn } from '#lib/features/users/schema.ts';
import { signIn } from '#lib/server/auth/sign-in.ts';
import { formAction } from '#lib/server/web/action.ts';
import { auth } from '#lib/server/web/auth.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import { setSessionCookie } from '#lib/server/web/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	if (event.locals.actor) redirect(303, destination(event));
	if (await isUnclaimed(systemCtxOf(event))) redirect(303, '/set-up');
};

export const actions = {
	default: (event) => {
		const address = event.getClientAddress();
		const userAgent = event.request.headers.get('user-agent') ?? '';
		const open = formAction(
			SignIn,
			({ db, now }, input) => signIn({ auth: auth(), db }, { ...input, address, userAgent, now }),
			{
				ctx: systemCtxOf,
				done: (event, { token }) => {
					setSessionCookie(event, token);
					redirect(303, destination(event));
				}
			}
		);
		return open(event);
	}
} satisfies Actions;

const destination = (event: RequestEvent) => safeReturnPath(event.url.searchParams.get('to'));
