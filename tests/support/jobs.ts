import { sql } from 'drizzle-orm';
import { jobs } from '#lib/registry.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Payload } from '#lib/server/jobs/boss.ts';
import { systemActor } from '#lib/shared/actor.ts';

/** Does what waits under this name, in the order in which it was enqueued, as a worker would; answers how much. */
export async function runJobs(ctx: Ctx, name: string): Promise<number> {
	const waiting = await ctx.db.execute(sql`
		delete from pgboss.job where name = 'jobs' and state = 'created' and data ->> 'job' = ${name}
		returning data, created_on`);
	const job = jobs.find((one) => one.name === name);
	if (!job) throw new Error(name);
	for (const { data } of waiting) {
		const { input } = Payload.parse(data);
		await job.run({ ...ctx, actor: systemActor, source: 'job' }, job.input.parse(input));
	}
	return waiting.length;
}
