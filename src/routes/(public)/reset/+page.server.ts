import { redirect } from '@sveltejs/kit';
import { choosePassword } from '#lib/features/users/commands.server.ts';
import { findPasswordLink } from '#lib/features/users/queries.server.ts';
import { ChoosePassword, RequestPasswordLink } from '#lib/features/users/schema.ts';
import { askPasswordLink } from '#lib/server/auth/ask-password-link.ts';
import { isMailSet } from '#lib/server/mail/settings.ts';
import { formAction } from '#lib/server/web/action.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { clearSessionCookie } from '#lib/server/web/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	event.setHeaders({ 'cache-control': 'private, no-store' });
	const ctx = systemCtxOf(event);
	const token = event.url.searchParams.get('token');
	return {
		token,
		link: token === null ? null : await findPasswordLink(ctx, token),
		mailSet: await isMailSet(ctx),
		isSent: event.url.searchParams.has('sent')
	};
};

export const actions = {
	request: (event) => {
		const address = event.getClientAddress();
		return formAction(
			RequestPasswordLink,
			(ctx, { email }) => askPasswordLink(ctx, { email, address }),
			{ ctx: systemCtxOf, done: () => redirect(303, '/reset?sent') }
		)(event);
	},
	choose: formAction(ChoosePassword, choosePassword, {
		ctx: systemCtxOf,
		fields: { password_common: 'newPassword', password_personal: 'newPassword' },
		done: (event) => {
			clearSessionCookie(event);
			redirect(303, '/sign-in?reset');
		}
	})
} satisfies Actions;
