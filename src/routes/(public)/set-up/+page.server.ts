import { redirect } from '@sveltejs/kit';
import { setUpWorkspace } from '#lib/features/settings/commands.server.ts';
import { listCountries } from '#lib/features/settings/queries.server.ts';
import { SetUp } from '#lib/features/settings/schema.ts';
import { isUnclaimed } from '#lib/features/users/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	const ctx = systemCtxOf(event);
	if (!(await isUnclaimed(ctx))) redirect(303, '/sign-in');
	return {
		token: event.url.searchParams.get('token') ?? '',
		locale: event.locals.locale,
		countries: await listCountries(ctx),
		currencies: Intl.supportedValuesOf('currency'),
		timeZones: Intl.supportedValuesOf('timeZone')
	};
};

export const actions = {
	default: formAction(SetUp, setUpWorkspace, {
		ctx: systemCtxOf,
		fields: { wrong_token: 'token', name_taken: 'departmentName', email_taken: 'email' },
		done: () => redirect(303, '/sign-in')
	})
} satisfies Actions;
