import { redirect } from '@sveltejs/kit';
import { getWorkspaceName } from '#lib/features/settings/queries.server.ts';
import { acceptInvitation } from '#lib/features/users/commands.server.ts';
import { findInvitation } from '#lib/features/users/queries.server.ts';
import { AcceptInvitation } from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { enter, wayTo } from '#lib/server/web/enter.ts';
import type { Actions, PageServerLoad } from './$types.js';

/** Opening the link uses nothing up: mail programs do that before their readers. */
export const load: PageServerLoad = async (event) => {
	event.setHeaders({ 'cache-control': 'private, no-store' });
	const ctx = systemCtxOf(event);
	const token = event.url.searchParams.get('token') ?? '';
	return {
		token,
		invitation: await findInvitation(ctx, token),
		workspace: await getWorkspaceName(ctx),
		timeZones: Intl.supportedValuesOf('timeZone')
	};
};

export const actions = {
	default: (event) =>
		formAction(
			AcceptInvitation,
			async (ctx, input) => {
				const accepted = await acceptInvitation(ctx, input);
				if (!accepted.ok) return accepted;
				const { email } = accepted.value;
				return enter(event, { email, password: input.password });
			},
			{
				ctx: systemCtxOf,
				fields: { password_common: 'password', password_personal: 'password' },
				done: (_event, { page }) => redirect(303, wayTo(page, '/'))
			}
		)(event)
} satisfies Actions;
