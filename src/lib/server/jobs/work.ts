import type { PgBoss } from 'pg-boss';
import { systemActor } from '#lib/shared/actor.ts';
import type { Ctx, Db, Log } from '../context.ts';
import { Payload, QUEUE, taker } from './boss.ts';
import type { Job, Schedule } from './job.ts';

const STOP_PATIENCE_MS = 10_000;
/** Jobs of one name that may run at once here, so that a long import does not hold up all others. */
const PER_NAME = 2;
const AT_ONCE = 4;
const WORTH_TELLING_MS = 1_000;

/**
 * Runs the given jobs as they come until stopped. A job that throws is tried again with growing
 * pauses; one whose process was killed is handed over once its signs of life stop.
 */
export async function workJobs(
	url: string,
	db: Db,
	jobs: readonly Job[],
	log: Log,
	schedules: readonly Schedule[] = []
) {
	const byName = new Map(jobs.map((job) => [job.name, job]));
	const boss = taker(url);
	boss.on('error', (error) => log.error('jobs.failed', { error }));
	await boss.start();
	await followSchedules(boss, schedules);
	const options = {
		localConcurrency: AT_ONCE,
		localGroupConcurrency: PER_NAME,
		pollingIntervalSeconds: 2,
		notifyPollingIntervalSeconds: 2,
		heartbeatRefreshSeconds: 3
	};
	await boss.work(QUEUE, options, async (batch) => {
		for (const { id, data } of batch) {
			const ctx = { db, actor: systemActor, now: new Date(), log, source: 'job' } as const;
			await runJob(ctx, byName, id, data);
		}
	});
	return { stop: () => boss.stop({ graceful: true, timeout: STOP_PATIENCE_MS }) };
}

/** Makes the clock start these jobs and no others. A time that passed while no worker ran is made up for once. */
async function followSchedules(boss: PgBoss, schedules: readonly Schedule[]): Promise<void> {
	const known = new Set(schedules.map(({ job }) => job.name));
	for (const { key } of await boss.getSchedules(QUEUE)) {
		if (!known.has(key)) await boss.unschedule(QUEUE, key);
	}
	for (const { job, cron } of schedules) {
		await boss.schedule(
			QUEUE,
			cron,
			{ job: job.name, input: {} },
			{
				key: job.name,
				missed: 'once',
				singletonKey: `${job.name}:schedule`,
				group: { id: job.name }
			}
		);
	}
}

async function runJob(ctx: Ctx, jobs: ReadonlyMap<string, Job>, id: string, data: unknown) {
	const { job: name, input } = Payload.parse(data);
	const job = jobs.get(name);
	if (!job) throw new Error(`no job is called ${name}`);
	const startedAt = performance.now();
	try {
		await job.run(ctx, job.input.parse(input));
		const ms = Math.round(performance.now() - startedAt);
		// There are many that take no time; whoever started the system by hand reads other lines, too.
		if (ms >= WORTH_TELLING_MS) ctx.log.info('job.done', { job: name, id, ms });
	} catch (error) {
		// The queue keeps the reason and decides about another try; this line is for whoever watches.
		ctx.log.error('job.failed', { job: name, id, error });
		throw error;
	}
}
