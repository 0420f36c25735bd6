import { z } from 'zod';
import { connect } from '#lib/server/db/connect.ts';
import { defineJob } from '#lib/server/jobs/job.ts';
import { workJobs } from '#lib/server/jobs/work.ts';
import { createLog } from '#lib/server/log.ts';

/** A worker that takes the job and never ends it; the test kills it in the middle. */
const url = process.env.DATABASE_URL ?? '';
const stuck = defineJob({
	name: 'test.long',
	input: z.object({}),
	run: () => {
		process.send?.('running');
		return new Promise<void>(() => {});
	}
});
await workJobs(url, connect(url, { max: 2 }).db, [stuck], createLog({ process: 'worker' }));
