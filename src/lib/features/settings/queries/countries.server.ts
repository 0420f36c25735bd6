import { asc, eq } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { remembered } from '#lib/server/db/remembered.ts';
import { countries } from '#lib/server/db/tables/index.ts';

/** The countries that are offered where one is chosen, by their codes. */
export const offeredCountries = (ctx: Ctx): Promise<readonly string[]> =>
	remembered(ctx, { name: 'offered countries', tables: ['countries'] }, async () => {
		const rows = await ctx.db
			.select({ code: countries.code })
			.from(countries)
			.where(eq(countries.offered, true))
			.orderBy(asc(countries.code));
		return rows.map(({ code }) => code);
	});
