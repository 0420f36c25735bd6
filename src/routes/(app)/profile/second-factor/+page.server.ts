import { redirect } from '@sveltejs/kit';
import { getWorkspaceName } from '#lib/features/settings/queries.server.ts';
import {
	addPasskey,
	beginApp,
	beginPasskey,
	confirmApp,
	removeApp,
	removePasskey,
	renewRecoveryCodes
} from '#lib/features/users/commands.server.ts';
import { findPendingApp, getOwnFactors } from '#lib/features/users/queries.server.ts';
import {
	AddPasskey,
	FactorCode,
	ProvePassword,
	RemovePasskey
} from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { renewSession } from '#lib/server/web/enter.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { qrOf } from '#lib/server/web/qr.ts';
import { siteOf } from '#lib/server/web/site.ts';
import { m } from '#lib/messages/messages.js';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const account = event.locals.session?.email ?? '';
		const issuer = (await getWorkspaceName(ctx)) ?? m.shell_app_name();
		const app = await findPendingApp(ctx, { userId: ctx.actor.id, account, issuer });
		return {
			factors: await getOwnFactors(ctx),
			app: app && { secret: app.secret, address: app.address, qr: qrOf(app.address) },
			removed: event.url.searchParams.has('removed')
		};
	});

const fields = { wrong_password: 'currentPassword', wrong_code: 'code' };
/** Shown in the answer to this very form and never again. */
const showCodes = (value: { readonly codes: readonly string[] | null }) => ({ codes: value.codes });

export const actions = {
	begin: formAction(ProvePassword, beginApp, {
		fields,
		done: () => redirect(303, '/profile/second-factor')
	}),
	confirm: formAction(FactorCode, confirmApp, {
		fields,
		done: async (event, value) => {
			await renewSession(event);
			return showCodes(value);
		}
	}),
	remove: formAction(ProvePassword, removeApp, {
		fields,
		done: () => redirect(303, '/profile/second-factor?removed')
	}),
	beginPasskey: (event) =>
		formAction(
			ProvePassword,
			(ctx, input) => beginPasskey(ctx, { ...input, site: siteOf(event) }),
			{ fields, done: (_event, { options }) => ({ options }) }
		)(event),
	addPasskey: (event) =>
		formAction(AddPasskey, (ctx, input) => addPasskey(ctx, { ...input, site: siteOf(event) }), {
			done: async (event, value) => {
				await renewSession(event);
				return showCodes(value);
			}
		})(event),
	removePasskey: formAction(RemovePasskey, removePasskey, {
		fields,
		done: () => redirect(303, '/profile/second-factor?removed')
	}),
	codes: formAction(ProvePassword, renewRecoveryCodes, {
		fields,
		done: (_event, value) => showCodes(value)
	})
} satisfies Actions;
