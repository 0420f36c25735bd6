import { mayManageSettings } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { installation } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announceFields, INSTALLATION } from '#lib/server/records/announce.ts';
import { ok } from '#lib/shared/result.ts';
import { getPaymentSettings, SETTINGS_KEY } from '../queries.server.ts';
import type { ChangePaymentSettings } from '../schema.ts';

/** Says how much VAT totals are shown with, and whether payments through a representation are marked. */
export function changePaymentSettings(ctx: Ctx, settings: ChangePaymentSettings) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('settings');
	return inTransaction(ctx, async (ctx) => {
		const before = await getPaymentSettings(ctx);
		await ctx.db
			.insert(installation)
			.values({ key: SETTINGS_KEY, value: settings })
			.onConflictDoUpdate({ target: installation.key, set: { value: settings } });
		await announceFields(ctx, INSTALLATION, before, settings);
		return ok(null);
	});
}
