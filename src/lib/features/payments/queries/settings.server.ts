import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Ctx } from '#lib/server/context.ts';
import { installation } from '#lib/server/db/tables/index.ts';

export const SETTINGS_KEY = 'payments';

const Settings = z.object({
	/** In per cent, as a decimal number. */
	vat: z.string().default('0'),
	/** Whether payments through a representation are marked as such. */
	marksRepresentation: z.boolean().default(false)
});

/** How payments are shown in this installation. */
export async function getPaymentSettings(ctx: Ctx): Promise<z.output<typeof Settings>> {
	const [row] = await ctx.db
		.select({ value: installation.value })
		.from(installation)
		.where(eq(installation.key, SETTINGS_KEY));
	return Settings.parse(row?.value ?? {});
}
