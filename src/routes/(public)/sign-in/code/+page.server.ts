import { redirect, type RequestEvent } from '@sveltejs/kit';
import { noteRecoveryCode } from '#lib/features/users/commands.server.ts';
import { FactorCode } from '#lib/features/users/schema.ts';
import { factorsOf } from '#lib/server/auth/factors.ts';
import { signInByCode } from '#lib/server/auth/sign-in.ts';
import { findStep } from '#lib/server/auth/sign-in-step.ts';
import { formAction } from '#lib/server/web/action.ts';
import { auth } from '#lib/server/web/auth.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { deviceOf, letIn, wayTo } from '#lib/server/web/enter.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import { stepTokenOf } from '#lib/server/web/step-cookie.ts';
import { ok } from '#lib/shared/result.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	if (event.locals.actor) redirect(303, destination(event));
	const { db, now } = systemCtxOf(event);
	const step = await findStep(db, stepTokenOf(event), now);
	// After a refusal the page says why it is over.
	if (step?.asks !== 'factor' && event.request.method === 'GET') redirect(303, '/sign-in');
	const factors = step && (await factorsOf(db, step.userId));
	return {
		email: step?.email ?? null,
		passkeyHref: factors?.passkey ? wayTo('/sign-in/passkey', destination(event)) : null,
		hasApp: factors?.app ?? true
	};
};

export const actions = {
	default: (event) =>
		formAction(
			FactorCode,
			async (ctx, { code }) => {
				const { db, now } = ctx;
				const proof = { stepToken: stepTokenOf(event), code, now, ...deviceOf(event) };
				const entered = await signInByCode({ auth: auth(), db }, proof);
				if (!entered.ok) return entered;
				const { used, step, token } = entered.value;
				if (used === 'recovery') await noteRecoveryCode(ctx, step);
				await letIn(event, token);
				return ok(null);
			},
			{
				ctx: systemCtxOf,
				fields: { wrong_code: 'code' },
				done: (event) => redirect(303, destination(event))
			}
		)(event)
} satisfies Actions;

const destination = (event: RequestEvent) => safeReturnPath(event.url.searchParams.get('to'));
