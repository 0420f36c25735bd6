import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import { makePreview } from './commands/preview.server.ts';
import { checkBlobs, tidyFiles } from './commands/tidy.server.ts';

/** Makes the small picture of a stored picture. */
export const previewJob = defineJob({
	name: 'files.preview',
	input: z.object({ sha256: z.string() }),
	run: (ctx, { sha256 }) => makePreview(ctx, sha256)
});

/** Takes away what nobody refers to any more. */
export const tidyFilesJob = defineJob({
	name: 'files.tidy',
	input: z.object({}),
	async run(ctx) {
		const { removed } = await tidyFiles(ctx);
		if (removed > 0) ctx.log.info('files.removed', { removed });
	}
});

/** Looks whether everything is still there. */
export const checkFilesJob = defineJob({
	name: 'files.check',
	input: z.object({}),
	async run(ctx) {
		const { missing } = await checkBlobs(ctx);
		if (missing > 0) ctx.log.error('files.missing', { missing });
	}
});
