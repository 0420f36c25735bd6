import { redirect } from '@sveltejs/kit';
import {
	changeCurrency,
	removeCurrency,
	setRate
} from '#lib/features/currencies/commands.server.ts';
import { canChangeCurrencies, canRemoveCurrencies } from '#lib/features/currencies/policy.ts';
import {
	getCurrency,
	listRates,
	reportingCurrencies
} from '#lib/features/currencies/queries.server.ts';
import {
	ChangeCurrency,
	OneCurrency,
	RatesBefore,
	SetRate
} from '#lib/features/currencies/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const { code } = event.params;
		const before = RatesBefore.safeParse(event.url.searchParams.get('before')).data;
		const currency = await getCurrency(ctx, code);
		const [rates, { state }] = await Promise.all([
			listRates(ctx, code, before),
			reportingCurrencies(ctx)
		]);
		return {
			currency,
			rates,
			state,
			may: { change: canChangeCurrencies(ctx.actor), remove: canRemoveCurrencies(ctx.actor) }
		};
	});

export const actions = {
	change: formAction(ChangeCurrency, changeCurrency),
	rate: formAction(SetRate, setRate),
	remove: formAction(OneCurrency, removeCurrency, {
		done: () => redirect(303, '/settings/currencies')
	})
} satisfies Actions;
