import { z } from 'zod';
import type { Ctx } from '#lib/server/context.ts';
import { defineSetting, readSetting } from '#lib/server/settings.ts';

export const PAYMENT_SETTINGS = defineSetting({
	key: 'payments',
	schema: z.object({
		/** In per cent, as a decimal number. */
		vat: z.string().default('0'),
		/** Whether payments through a representation are marked as such. */
		marksRepresentation: z.boolean().default(false)
	})
});

/** How payments are shown in this installation. */
export const getPaymentSettings = (ctx: Ctx) => readSetting(ctx, PAYMENT_SETTINGS);
