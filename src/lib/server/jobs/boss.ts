import { PgBoss } from 'pg-boss';
import { z } from 'zod';

/**
 * One queue for all jobs; the payload names the job. A new job then needs no queue to be made before
 * the first command can enqueue it, and a worker divides its attention by job name.
 */
export const QUEUE = 'jobs';

export const Payload = z.object({ job: z.string(), input: z.unknown() });

/** A job whose worker gives no sign of life for this long is handed to another. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 4;

/** Makes the job tables and the queue; part of migrating. */
export async function prepareQueue(url: string): Promise<void> {
	const boss = new PgBoss({ connectionString: url, max: 1, supervise: false, schedule: false });
	boss.on('error', () => {});
	await boss.start();
	await boss.createQueue(QUEUE, {
		// At most one waiting and one running job per key.
		policy: 'stately',
		notify: true,
		heartbeatSeconds: HEARTBEAT_SECONDS,
		retryLimit: 5,
		retryDelay: 2,
		retryBackoff: true,
		expireInSeconds: 12 * 3600
	});
	await boss.stop({ graceful: false });
}

/** A client that only sends; the worker's own one also watches over the queue. */
export const sender = (url: string) =>
	new PgBoss({
		connectionString: url,
		max: 2,
		supervise: false,
		schedule: false,
		migrate: false
	});

/** The worker's client: takes jobs, and returns those of dead workers to the queue. */
export const taker = (url: string) =>
	new PgBoss({
		connectionString: url,
		max: 5,
		migrate: false,
		schedule: true,
		supervise: true,
		superviseIntervalSeconds: SUPERVISE_SECONDS,
		monitorIntervalSeconds: SUPERVISE_SECONDS,
		useListenNotify: true
	});
