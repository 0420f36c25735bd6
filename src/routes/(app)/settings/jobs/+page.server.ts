import { dropJob, retryJob } from '#lib/features/jobs/commands.server.ts';
import { listJobs } from '#lib/features/jobs/queries.server.ts';
import { OneJob } from '#lib/features/jobs/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => ({ jobs: await listJobs(ctx) }));

export const actions = {
	retry: formAction(OneJob, retryJob),
	drop: formAction(OneJob, dropJob)
} satisfies Actions;
