import { redirect } from '@sveltejs/kit';
import { listCurrencyCodes } from '#lib/features/currencies/queries.server.ts';
import { changePayment, removePayment } from '#lib/features/payments/commands.server.ts';
import { getPayment, getPaymentSettings } from '#lib/features/payments/queries.server.ts';
import { ChangePayment, OnePayment } from '#lib/features/payments/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:payment', 'live:deal');
	return loadPage(event, async (ctx) => {
		const [payment, currencies, { marksRepresentation }] = await Promise.all([
			getPayment(ctx, event.params.id),
			listCurrencyCodes(ctx),
			getPaymentSettings(ctx)
		]);
		return { payment, currencies, marksRepresentation };
	});
};

const options = { fields: { currency_unknown: 'currency' } } as const;

export const actions = {
	save: formAction(ChangePayment, changePayment, options),
	remove: formAction(OnePayment, removePayment, { done: () => redirect(303, '/payments') })
} satisfies Actions;
