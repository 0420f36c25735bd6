import { z } from 'zod';
import { getProvider } from '#lib/features/currencies/queries.server.ts';
import { defineJob } from '#lib/server/jobs/job.ts';
import { ecbProvider } from '#lib/server/rates/ecb.ts';
import { settleRates } from './commands.server.ts';

/** Makes the rates final by which received money was told, where a provider is chosen [core 5.14]. */
export const settleRatesJob = defineJob({
	name: 'payments.settle-rates',
	input: z.object({}),
	async run(ctx) {
		const { provider } = await getProvider(ctx);
		if (provider === 'none') return;
		const settled = await settleRates(ctx, ecbProvider(), ctx.now.toISOString().slice(0, 10));
		if (!settled.ok) ctx.log.warn('rates of payments not settled', { reason: settled.error });
	}
});
