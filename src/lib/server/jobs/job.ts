import { sql } from 'drizzle-orm';
import { fromDrizzle, type PgBoss } from 'pg-boss';
import type { z } from 'zod';
import { newId } from '#lib/shared/ids.ts';
import { ConfigError, readConfig } from '../config.ts';
import type { Ctx } from '../context.ts';
import { QUEUE, sender } from './boss.ts';

/** Work for the worker: a thin call of a command, safe to run twice. */
export interface Job<Schema extends z.ZodType = z.ZodType> {
	readonly name: string;
	readonly input: Schema;
	readonly retryLimit?: number;
	// A method, so that jobs of different inputs fit into one list; the worker parses before it calls.
	run(ctx: Ctx, input: z.output<Schema>): Promise<void>;
}

export const defineJob = <Schema extends z.ZodType>(job: Job<Schema>): Job<Schema> => job;

/** A job that the clock starts: once at each of these times, however many workers there are. */
export interface Schedule {
	/** Its input must be satisfied by {}. */
	readonly job: Job;
	/** Minute, hour, day, month, weekday; in UTC. */
	readonly cron: string;
}

export interface EnqueueOptions {
	readonly key?: string;
	/** Not before this moment. */
	readonly at?: Date;
}

const KEY = Symbol.for('tandem.jobs');
// On the global object like the pool, which has no declared place for it.
const shared = globalThis as { [KEY]?: Promise<PgBoss> };

/**
 * Enqueues a job in ctx's transaction: it exists only if that commits. With a key, at most one job of
 * this name and key waits; a second one is swallowed.
 */
export async function enqueue<Schema extends z.ZodType>(
	ctx: Ctx,
	job: Pick<Job<Schema>, 'name' | 'input' | 'retryLimit'>,
	input: z.input<Schema>,
	{ key = newId(), at }: EnqueueOptions = {}
): Promise<void> {
	job.input.parse(input);
	const boss = await (shared[KEY] ??= startSender());
	await boss.send(
		QUEUE,
		{ job: job.name, input },
		{
			// ctx.db is a transaction of the same driver; pg-boss only calls its `execute`.
			db: fromDrizzle(ctx.db as unknown as Parameters<typeof fromDrizzle>[0], sql),
			singletonKey: `${job.name}:${key}`,
			group: { id: job.name },
			...(at && { startAfter: at }),
			...(job.retryLimit !== undefined && { retryLimit: job.retryLimit })
		}
	);
}

async function startSender(): Promise<PgBoss> {
	const { databaseUrl } = readConfig(process.env);
	if (!databaseUrl) throw new ConfigError('DATABASE_URL is not set: start with `npm start`.');
	const boss = sender(databaseUrl);
	// Its background connection may drop with the server; the next send connects again.
	boss.on('error', () => {});
	return boss.start();
}

/** Closes the connections that enqueueing opened, at the end of a process. */
export async function stopEnqueueing(): Promise<void> {
	const started = shared[KEY];
	delete shared[KEY];
	await (await started)?.stop({ graceful: false });
}
