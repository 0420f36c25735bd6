import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
	changePassword,
	chooseColorScheme,
	chooseDepartment,
	saveProfile,
	viewPrivately
} from '#lib/features/users/commands.server.ts';
import { getProfile } from '#lib/features/users/queries.server.ts';
import {
	ChangePassword,
	ChooseColorScheme,
	ChooseDepartment,
	SaveProfile,
	ViewPrivately
} from '#lib/features/users/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { safeReturnPath } from '#lib/server/web/return-address.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		profile: await getProfile(ctx),
		timeZones: Intl.supportedValuesOf('timeZone'),
		saved: event.url.searchParams.get('saved')
	}));

export const actions = {
	save: formAction(SaveProfile, saveProfile, { done: () => redirect(303, '/profile?saved=about') }),
	password: formAction(ChangePassword, changePassword, {
		fields: { wrong_password: 'currentPassword' },
		done: () => redirect(303, '/profile?saved=password')
	}),
	scheme: formAction(ChooseColorScheme, chooseColorScheme, { done: back }),
	private: formAction(ViewPrivately, viewPrivately, { done: back }),
	department: formAction(ChooseDepartment, chooseDepartment, { done: back })
} satisfies Actions;

/** Choices made from the shell lead back to the page they were made on. */
function back({ url, request }: RequestEvent): never {
	const referer = request.headers.get('referer');
	const from = referer && URL.canParse(referer) ? new URL(referer) : null;
	const isOurs = from?.origin === url.origin;
	redirect(303, safeReturnPath(isOurs ? from.pathname + from.search : null));
}
