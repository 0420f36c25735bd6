import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import { runBulk, tidyDrafts } from './commands.server.ts';
import { RUN_BULK } from './commands/run.server.ts';

/** Does a run that is too much for a page, going on where an earlier attempt died. */
export const runBulkJob = defineJob({ ...RUN_BULK, run: (ctx, { runId }) => runBulk(ctx, runId) });

/** Forgets what was chosen and never done. */
export const tidyBulkJob = defineJob({
	name: 'bulk.tidy',
	input: z.object({}),
	run: (ctx) => tidyDrafts(ctx)
});
