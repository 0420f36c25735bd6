import { redirect } from '@sveltejs/kit';
import {
	markArrived,
	removeMailSettings,
	saveMailSettings,
	sendAgain,
	sendTestMail
} from '#lib/features/mail/commands.server.ts';
import { countTroubles, getMailSettings, listMails } from '#lib/features/mail/queries.server.ts';
import { MailsQuery, NoInput, OneMail, SaveMailSettings } from '#lib/features/mail/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	const asked = MailsQuery.parse({
		state: event.url.searchParams.get('state') ?? undefined,
		before: event.url.searchParams.get('before') ?? undefined
	});
	return loadPage(event, async (ctx) => {
		const settings = await getMailSettings(ctx);
		const [list, troubles] = await Promise.all([listMails(ctx, asked), countTroubles(ctx)]);
		// Where the administrator is now is where people reach it, unless the environment says otherwise.
		const address = settings.server ? settings.address : event.url.origin;
		const saved = event.url.searchParams.get('saved') !== null;
		return { server: settings.server, address, list, troubles, asked, saved };
	});
};

export const actions = {
	save: formAction(SaveMailSettings, saveMailSettings, {
		fields: { password_needed: 'password' },
		done: () => redirect(303, '/settings/mail?saved')
	}),
	remove: formAction(NoInput, removeMailSettings),
	test: formAction(NoInput, sendTestMail, {
		done: (_event, { mailId }) => redirect(303, `/settings/mail/${mailId}`)
	}),
	again: formAction(OneMail, sendAgain, {
		done: (_event, { mailId }) => redirect(303, `/settings/mail/${mailId}`)
	}),
	arrived: formAction(OneMail, markArrived)
} satisfies Actions;
