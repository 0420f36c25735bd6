import { redirect, type RequestEvent } from '@sveltejs/kit';
import { getWorkspaceName } from '#lib/features/settings/queries.server.ts';
import { beginAppOf, confirmAppOf } from '#lib/features/users/commands.server.ts';
import { findPendingApp } from '#lib/features/users/queries.server.ts';
import { FactorCode, NoInput } from '#lib/features/users/schema.ts';
import { finishStep } from '#lib/server/auth/sign-in.ts';
import { findStep } from '#lib/server/auth/sign-in-step.ts';
import { formAction } from '#lib/server/web/action.ts';
import { auth } from '#lib/server/web/auth.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { deviceOf, letIn } from '#lib/server/web/enter.ts';
import { qrOf } from '#lib/server/web/qr.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import { stepTokenOf } from '#lib/server/web/step-cookie.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	event.setHeaders({ 'cache-control': 'private, no-store' });
	const ctx = systemCtxOf(event);
	const step = await stepOf(event);
	// After the last step the page shows the recovery codes.
	if (!step && event.request.method === 'GET') redirect(303, '/sign-in');
	const issuer = (await getWorkspaceName(ctx)) ?? m.shell_app_name();
	const app =
		step && (await findPendingApp(ctx, { userId: step.userId, account: step.email, issuer }));
	return {
		email: step?.email ?? null,
		app: app && { secret: app.secret, address: app.address, qr: qrOf(app.address) },
		destination: safeReturnPath(event.url.searchParams.get('to'))
	};
};

export const actions = {
	begin: (event) =>
		formAction(
			NoInput,
			async (ctx) => {
				const step = await stepOf(event);
				return step ? beginAppOf(ctx, step.userId) : fail('step_is_over');
			},
			{ ctx: systemCtxOf }
		)(event),
	confirm: (event) =>
		formAction(
			FactorCode,
			async (ctx, { code }) => {
				const step = await stepOf(event);
				if (!step) return fail('step_is_over');
				const confirmed = await confirmAppOf(ctx, { userId: step.userId, code });
				if (!confirmed.ok) return confirmed;
				const token = await finishStep({ auth: auth(), db: ctx.db }, step, deviceOf(event));
				if (token === null) return fail('step_is_over');
				await letIn(event, token);
				return ok({ codes: confirmed.value.codes ?? [] });
			},
			{
				ctx: systemCtxOf,
				fields: { wrong_code: 'code' },
				// Shown in the answer to this very form and never again.
				done: (_event, { codes }) => ({ codes })
			}
		)(event)
} satisfies Actions;

/** Who has given his password and has to set something up. */
async function stepOf(event: RequestEvent) {
	const { db, now } = systemCtxOf(event);
	const step = await findStep(db, stepTokenOf(event), now);
	return step?.asks === 'set_up' ? step : null;
}
