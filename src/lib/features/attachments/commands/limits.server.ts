import { mayManageSettings } from '#lib/features/users/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { changeSetting } from '#lib/server/settings.ts';
import { ok } from '#lib/shared/result.ts';
import { LIMITS_SETTING } from '../queries.server.ts';
import type { FileLimits } from '../schema.ts';

/** Says how much may be stored from now on; what is there already stays. */
export async function saveFileLimits(ctx: Ctx, limits: FileLimits) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('settings');
	await changeSetting(ctx, LIMITS_SETTING, limits);
	return ok(limits);
}
