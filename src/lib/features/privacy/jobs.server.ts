import { z } from 'zod';
import { defineJob } from '#lib/server/jobs/job.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { collectPerson, eraseWaiting, forgetOldExports } from './commands.server.ts';
import { COLLECT, ERASE } from './queries.server.ts';

/** Erases whoever waits for it; the clock starts it too, for what a restored backup brought back. */
export const erasePersonsJob = (kinds: readonly ServerKind[]) =>
	defineJob({
		...ERASE,
		run: async (ctx) => {
			await eraseWaiting(ctx, kinds);
		}
	});

/** Collects what is kept of a person. */
export const collectPersonJob = (kinds: readonly ServerKind[]) =>
	defineJob({ ...COLLECT, run: (ctx, input) => collectPerson(ctx, kinds, input) });

/** Lets collections go that have lain for their time. */
export const forgetExportsJob = defineJob({
	name: 'privacy.forget-exports',
	input: z.object({}),
	run: forgetOldExports
});
