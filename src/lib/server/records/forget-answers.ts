import { z } from 'zod';
import { defineJob } from '../jobs/job.ts';
import { forgetAnswers } from './idempotency.ts';

/** Keeps the table of given answers as small as it may be. */
export const forgetAnswersJob = defineJob({
	name: 'records.forget-answers',
	input: z.object({}),
	async run(ctx) {
		const forgotten = await forgetAnswers(ctx);
		if (forgotten > 0) ctx.log.info('answers.forgotten', { forgotten });
	}
});
