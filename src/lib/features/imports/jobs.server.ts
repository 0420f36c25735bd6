import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import { runImport } from './commands/run.server.ts';

/** Brings an import's rows in, going on after the last settled row when an earlier attempt died. */
export const runImportJob = defineJob({
	name: 'imports.run',
	input: z.object({ importId: z.uuid() }),
	run: (ctx, { importId }) => runImport(ctx, importId)
});
