import { mayManageSettings } from '#lib/features/users/policy.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { installation } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announceFields, INSTALLATION } from '#lib/server/records/announce.ts';
import { ok } from '#lib/shared/result.ts';
import { getFileLimits, LIMITS_KEY } from '../queries.server.ts';
import type { FileLimits } from '../schema.ts';

/** Says how much may be stored from now on; what is there already stays. */
export async function saveFileLimits(ctx: Ctx, limits: FileLimits) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('settings');
	return inTransaction(ctx, async (ctx) => {
		const before = await getFileLimits(ctx);
		await ctx.db
			.insert(installation)
			.values({ key: LIMITS_KEY, value: limits })
			.onConflictDoUpdate({ target: installation.key, set: { value: limits } });
		await announceFields(ctx, INSTALLATION, before, limits);
		return ok(limits);
	});
}
