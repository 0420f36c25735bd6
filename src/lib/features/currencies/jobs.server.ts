import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import { fetchRatesNow } from './commands.server.ts';

/** Fetches the rates of the last banking day where a provider is chosen [core 5.14]. */
export const refreshRatesJob = defineJob({
	name: 'currencies.refresh-rates',
	input: z.object({}),
	async run(ctx) {
		const refreshed = await fetchRatesNow(ctx);
		if (!refreshed.ok && refreshed.error !== 'no_provider') {
			ctx.log.warn('rates not refreshed', { reason: refreshed.error });
		}
	}
});
