import { inArray, sql } from 'drizzle-orm';
import { mayManageSettings } from '#lib/features/users/policy.ts';
import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { countries } from '#lib/server/db/tables/index.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announceFields, INSTALLATION } from '#lib/server/records/announce.ts';
import { ok } from '#lib/shared/result.ts';
import { offeredCountries } from '../queries/countries.server.ts';
import type { SaveCountries } from '../schema.ts';

/** Says which countries are offered where one is chosen; none stands for every one. */
export function saveCountries(ctx: Ctx, { offered }: SaveCountries) {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('settings');
	return inTransaction(ctx, async (ctx) => {
		const before = await offeredCountries({ ...ctx, listVersion: null });
		const isOffered = offered.length === 0 ? sql`true` : inArray(countries.code, offered);
		await ctx.db
			.update(countries)
			.set({ offered: sql`${isOffered}` })
			.where(sql`${countries.offered} <> (${isOffered})`);
		const now = await offeredCountries({ ...ctx, listVersion: null });
		await announceFields(ctx, INSTALLATION, { countries: before }, { countries: now });
		return ok(null);
	});
}
