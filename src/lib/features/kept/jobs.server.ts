import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import { forgetSettled } from './commands.server.ts';

/** Lets go of texts that their authors have settled long ago. */
export const forgetSettledJob = defineJob({
	name: 'kept.forget-settled',
	input: z.object({}),
	async run(ctx) {
		const forgotten = await forgetSettled(ctx);
		if (forgotten > 0) ctx.log.info('kept.forgotten', { forgotten });
	}
});
