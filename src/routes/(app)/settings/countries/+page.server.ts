import { saveCountries } from '#lib/features/settings/commands.server.ts';
import { offeredCountries } from '#lib/features/settings/queries.server.ts';
import { SaveCountries } from '#lib/features/settings/schema.ts';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({
		offered: await offeredCountries(ctx),
		mayChange: mayManageSettings(ctx.actor)
	}));

export const actions = { default: formAction(SaveCountries, saveCountries) } satisfies Actions;
