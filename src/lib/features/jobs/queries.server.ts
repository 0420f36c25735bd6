import { mayManageSettings } from '#lib/features/users/policy.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { countTroubledJobs, listTroubledJobs } from '#lib/server/jobs/troubles.ts';
import { safeInput, safeReason } from './model.ts';

/** Jobs act for everybody: only who may set everything looks after them. */
export function requireJobManager(ctx: Ctx): void {
	if (!mayManageSettings(ctx.actor)) throw new Forbidden('jobs');
}

/** The jobs that failed, wait for another try or are stuck, without anything that people wrote. */
export async function listJobs(ctx: Ctx) {
	requireJobManager(ctx);
	const jobs = await listTroubledJobs(ctx);
	return jobs.map(({ input, output, ...job }) => ({
		...job,
		input: safeInput(input),
		reason: safeReason(output)
	}));
}

export type JobRow = Awaited<ReturnType<typeof listJobs>>[number];

/** How many of them wait for a person; null for everybody else. */
export const countJobs = (ctx: Ctx): Promise<number | null> =>
	mayManageSettings(ctx.actor) ? countTroubledJobs(ctx) : Promise.resolve(null);
