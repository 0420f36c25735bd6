import {
	addCurrency,
	changeCurrency,
	chooseProvider,
	fetchRatesNow,
	removeCurrency
} from '#lib/features/currencies/commands.server.ts';
import {
	canAddCurrencies,
	canChangeCurrencies,
	canRemoveCurrencies
} from '#lib/features/currencies/policy.ts';
import { getProvider, listCurrencies } from '#lib/features/currencies/queries.server.ts';
import {
	AddCurrency,
	ChangeCurrency,
	ChooseProvider,
	FetchNow,
	OneCurrency
} from '#lib/features/currencies/schema.ts';
import { changePaymentSettings } from '#lib/features/payments/commands.server.ts';
import { getPaymentSettings } from '#lib/features/payments/queries.server.ts';
import { ChangePaymentSettings } from '#lib/features/payments/schema.ts';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const [currencies, provider, payments] = await Promise.all([
			listCurrencies(ctx),
			getProvider(ctx),
			getPaymentSettings(ctx)
		]);
		const known = new Set(currencies.map(({ code }) => code));
		return {
			currencies,
			provider,
			payments,
			others: Intl.supportedValuesOf('currency').filter((code) => !known.has(code)),
			may: {
				add: canAddCurrencies(ctx.actor),
				change: canChangeCurrencies(ctx.actor),
				remove: canRemoveCurrencies(ctx.actor),
				settings: mayManageSettings(ctx.actor)
			}
		};
	});

export const actions = {
	add: formAction(AddCurrency, addCurrency, { fields: { currency_known: 'code' } }),
	change: formAction(ChangeCurrency, changeCurrency),
	remove: formAction(OneCurrency, removeCurrency),
	payments: formAction(ChangePaymentSettings, changePaymentSettings),
	provider: formAction(ChooseProvider, chooseProvider),
	fetch: formAction(FetchNow, fetchRatesNow)
} satisfies Actions;
