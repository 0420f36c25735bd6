import { inTransaction, type Ctx } from '#lib/server/context.ts';
import { isTaken } from '#lib/server/db/refused.ts';
import { NotFound } from '#lib/server/errors.ts';
import { dropTroubledJob, retryTroubledJob } from '#lib/server/jobs/troubles.ts';
import { announce, INSTALLATION } from '#lib/server/records/announce.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { requireJobManager } from './queries.server.ts';

interface OneJob {
	readonly jobId: string;
}

/** Has a job that failed tried once more, at once. */
export function retryJob(ctx: Ctx, { jobId }: OneJob) {
	requireJobManager(ctx);
	return inTransaction(ctx, async (ctx) => {
		const job = await retryTroubledJob(ctx, jobId);
		if (job === null) throw new NotFound('job');
		await announce(ctx, { ...INSTALLATION, act: 'retry_job', new: { job, jobId } });
		return ok(null);
	}).catch((thrown: unknown) => {
		// The same work waits already.
		if (isTaken(thrown)) return fail('waits_already');
		throw thrown;
	});
}

/** Takes a job away: nobody tries it again. */
export function dropJob(ctx: Ctx, { jobId }: OneJob) {
	requireJobManager(ctx);
	return inTransaction(ctx, async (ctx) => {
		const job = await dropTroubledJob(ctx, jobId);
		if (job === null) throw new NotFound('job');
		await announce(ctx, { ...INSTALLATION, act: 'drop_job', old: { job, jobId } });
		return ok(null);
	});
}
