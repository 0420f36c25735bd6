import { redirect, type RequestEvent } from '@sveltejs/kit';
import { NoInput, UsePasskey } from '#lib/features/users/schema.ts';
import { askForPasskey } from '#lib/server/auth/passkey.ts';
import { signInByPasskey } from '#lib/server/auth/sign-in.ts';
import { findStep } from '#lib/server/auth/sign-in-step.ts';
import { formAction } from '#lib/server/web/action.ts';
import { auth } from '#lib/server/web/auth.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { deviceOf, letIn } from '#lib/server/web/enter.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import { siteOf } from '#lib/server/web/site.ts';
import { stepTokenOf } from '#lib/server/web/step-cookie.ts';
import { ok } from '#lib/shared/result.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	if (event.locals.actor) redirect(303, destination(event));
	const { db, now } = systemCtxOf(event);
	const step = await findStep(db, stepTokenOf(event), now);
	return { hasStep: step?.asks === 'factor', to: destination(event) };
};

export const actions = {
	/** What the device is asked; after a password, it is a passkey of that person. */
	begin: (event) =>
		formAction(
			NoInput,
			async ({ db, now }) => {
				const step = await findStep(db, stepTokenOf(event), now);
				const userId = step?.asks === 'factor' ? step.userId : null;
				return ok({ options: await askForPasskey(db, siteOf(event), userId, now) });
			},
			{ ctx: systemCtxOf, done: (_event, { options }) => ({ options }) }
		)(event),
	finish: (event) =>
		formAction(
			UsePasskey,
			async ({ db, now }, { response }) => {
				const proof = { response, site: siteOf(event), now, ...deviceOf(event) };
				const entered = await signInByPasskey({ auth: auth(), db }, proof);
				if (!entered.ok) return entered;
				await letIn(event, entered.value.token);
				return ok(null);
			},
			{ ctx: systemCtxOf, done: (event) => redirect(303, destination(event)) }
		)(event)
} satisfies Actions;

const destination = (event: RequestEvent) => safeReturnPath(event.url.searchParams.get('to'));
