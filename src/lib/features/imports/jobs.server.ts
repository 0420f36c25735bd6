import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import { runImport } from './commands/run.server.ts';
import { undoRecords } from './commands/undo.server.ts';

/** Brings an import's rows in, going on after the last settled row when an earlier attempt died. */
export const runImportJob = defineJob({
	name: 'imports.run',
	input: z.object({ importId: z.uuid() }),
	run: (ctx, { importId }) => runImport(ctx, importId)
});

/** Takes an import back, going on after the last record that is done when an earlier attempt died. */
export const undoImportJob = defineJob({
	name: 'imports.undo',
	input: z.object({ importId: z.uuid() }),
	run: (ctx, { importId }) => undoRecords(ctx, importId)
});
