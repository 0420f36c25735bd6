import { mayManageSettings } from '#lib/features/users/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { changeSetting } from '#lib/server/settings.ts';
import { ok } from '#lib/shared/result.ts';
import { PAYMENT_SETTINGS } from '../queries.server.ts';
import type { ChangePaymentSettings } from '../schema.ts';

/** Says how much VAT totals are shown with, and whether payments through a representation are marked. */
export async function changePaymentSettings(ctx: Ctx, settings: ChangePaymentSettings) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('settings');
	await changeSetting(ctx, PAYMENT_SETTINGS, settings);
	return ok(null);
}
