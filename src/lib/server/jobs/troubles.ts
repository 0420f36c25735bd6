import { sql, type SQL } from 'drizzle-orm';
import type { Ctx } from '../context.ts';
import { QUEUE } from './boss.ts';

/** Longer than a worker that lives leaves between two signs of life. */
const SILENT_SECONDS = 60;
/** A worker that has time takes a job within seconds. */
const OVERDUE_SECONDS = 15 * 60;
const MOST = 200;

/** `failed`: given up; `retrying`: failed, and waits for another try; `stuck`: nobody has been heard of. */
export type Trouble = 'failed' | 'retrying' | 'stuck';

/** A job that does not do what it should. */
export interface TroubledJob {
	readonly id: string;
	readonly job: string;
	readonly input: unknown;
	readonly trouble: Trouble;
	/** What it threw last. */
	readonly output: unknown;
	readonly tries: number;
	readonly at: Date;
	/** When it is tried again. */
	readonly next: Date | null;
}

const isFailed = sql`state = 'failed'`;
const isRetrying = sql`state = 'retry' and output is not null`;
const silentSince = (now: Date) => {
	const at = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
	return sql`(
		(state = 'active' and coalesce(heartbeat_on, started_on) < ${at(SILENT_SECONDS)}::timestamptz)
		or (state in ('created', 'retry') and start_after < ${at(OVERDUE_SECONDS)}::timestamptz)
	)`;
};

/** Every job in trouble, the latest first. */
export async function listTroubledJobs(ctx: Ctx): Promise<TroubledJob[]> {
	const isSilent = silentSince(ctx.now);
	const rows = await ctx.db.execute(sql`
		select id, data ->> 'job' as job, data -> 'input' as input, output, retry_count::int as tries,
			case when ${isFailed} then 'failed' when ${isSilent} then 'stuck' else 'retrying' end as trouble,
			extract(epoch from coalesce(completed_on, started_on, created_on)) * 1000 as at,
			case when state = 'retry' then extract(epoch from start_after) * 1000 end as next
		from pgboss.job
		where name = ${QUEUE} and (${isFailed} or ${isRetrying} or ${isSilent})
		order by coalesce(completed_on, started_on, created_on) desc, id
		limit ${MOST}`);
	return rows.map((row) => ({
		id: String(row.id),
		job: String(row.job),
		input: row.input,
		trouble: row.trouble as Trouble,
		output: row.output,
		tries: Number(row.tries) + 1,
		at: new Date(Number(row.at)),
		next: row.next === null ? null : new Date(Number(row.next))
	}));
}

/** How many jobs wait for a person: those that will not go on by themselves. */
export async function countTroubledJobs(ctx: Ctx): Promise<number> {
	const [row] = await ctx.db.execute(sql`
		select count(*)::int as count from pgboss.job
		where name = ${QUEUE} and (${isFailed} or ${silentSince(ctx.now)})`);
	return Number(row?.count ?? 0);
}

/** Has a failed job tried once more, or one that waits tried now; its name, or null when there is none. */
export const retryTroubledJob = (ctx: Ctx, jobId: string): Promise<string | null> =>
	change(
		ctx,
		sql`update pgboss.job set state = 'retry', completed_on = null, start_after = now(),
			retry_limit = greatest(retry_limit, retry_count + 1)
			where ${isIt(jobId)} and state in ('failed', 'retry')`
	);

/** Takes a job away that failed, waits for another try or is not heard of; its name, or null when there is none. */
export const dropTroubledJob = (ctx: Ctx, jobId: string): Promise<string | null> =>
	change(
		ctx,
		sql`delete from pgboss.job
			where ${isIt(jobId)} and (${isFailed} or ${isRetrying} or ${silentSince(ctx.now)})`
	);

const isIt = (jobId: string) => sql`name = ${QUEUE} and id = ${jobId}::uuid`;

async function change({ db }: Ctx, statement: SQL): Promise<string | null> {
	const [changed] = await db.execute(sql`${statement} returning data ->> 'job' as job`);
	return changed ? String(changed.job) : null;
}
