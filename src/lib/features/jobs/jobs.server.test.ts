import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { changes } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { defineJob, enqueue } from '#lib/server/jobs/job.ts';
import { workJobs } from '#lib/server/jobs/work.ts';
import { createLog } from '#lib/server/log.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { dropJob, retryJob } from './commands.server.ts';
import { countJobs, listJobs } from './queries.server.ts';

const { db, url } = await testDatabase();
const ctx = systemCtx(db);
const adam = await aColleague(ctx, 'Adam', 'administrator');
const ann = await aColleague(ctx, 'Ann', 'manager');
const log = createLog({ process: 'test', write: () => {} });
let broken = true;
const job = defineJob({
	name: 'test.fragile',
	input: z.object({ dealId: z.string(), note: z.string() }),
	retryLimit: 0,
	run: async () => {
		if (broken) throw new Error('No mailbox <ann@tandem.example>');
	}
});
const input = { dealId: newId(), note: 'what Ann wrote' };

beforeEach(async () => {
	await db.execute(sql`delete from pgboss.job`);
	broken = true;
});

const stateOf = async () => {
	const rows = await db.execute(sql`select state from pgboss.job where name = 'jobs'`);
	return rows.map(({ state }) => state);
};

async function aFailedJob(key = newId()): Promise<string> {
	await enqueue(ctx, job, input, { key });
	const worker = await workJobs(url, db, [job], log);
	await expect.poll(stateOf, { timeout: 20_000 }).toContain('failed');
	await worker.stop();
	const [failed] = await listJobs(adam);
	return failed?.id ?? '';
}

test('a job that failed is shown with its reason, without anything that people wrote, to who may set everything', async () => {
	await aFailedJob();
	const [shown] = await listJobs(adam);
	expect(shown).toMatchObject({
		...{ job: 'test.fragile', trouble: 'failed', tries: 1, next: null },
		reason: 'No mailbox <…>',
		// The database keeps them in an order of its own.
		input: [
			['note', '…'],
			['dealId', input.dealId]
		]
	});
	expect(await countJobs(adam)).toBe(1);
	expect(await countJobs(ann)).toBeNull();
	await expect(listJobs(ann)).rejects.toThrow(Forbidden);
	expect(() => retryJob(ann, { jobId: shown?.id ?? '' })).toThrow(Forbidden);
	expect(() => dropJob(ann, { jobId: shown?.id ?? '' })).toThrow(Forbidden);
});

test('it is tried again when a person says so, which is written down', async () => {
	const jobId = await aFailedJob();
	broken = false;
	expect(await retryJob(adam, { jobId })).toMatchObject({ ok: true });
	const worker = await workJobs(url, db, [job], log);
	await expect.poll(stateOf, { timeout: 20_000 }).toEqual(['completed']);
	await worker.stop();
	expect(await listJobs(adam)).toEqual([]);
	await expect(retryJob(adam, { jobId })).rejects.toThrow(NotFound);
	const acts = await db.select({ act: changes.act, new: changes.new }).from(changes);
	expect(acts).toContainEqual({ act: 'retry_job', new: { job: 'test.fragile', jobId } });
});

test('it is dropped when a person says so, once', async () => {
	const jobId = await aFailedJob();
	expect(await dropJob(adam, { jobId })).toMatchObject({ ok: true });
	expect(await stateOf()).toEqual([]);
	await expect(dropJob(adam, { jobId })).rejects.toThrow(NotFound);
	const acts = await db.select({ act: changes.act, old: changes.old }).from(changes);
	expect(acts).toContainEqual({ act: 'drop_job', old: { job: 'test.fragile', jobId } });
});

test('a job whose worker is silent, or that nobody has taken for long, is marked as stuck', async () => {
	await enqueue(ctx, job, input);
	await enqueue(ctx, job, input);
	expect(await listJobs(adam)).toEqual([]);
	await db.execute(sql`update pgboss.job set start_after = now() - interval '20 minutes'`);
	await db.execute(sql`
		update pgboss.job set state = 'active', started_on = now() - interval '5 minutes', heartbeat_on = now() - interval '2 minutes'
		where id = (select id from pgboss.job limit 1)`);
	expect((await listJobs(adam)).map(({ trouble }) => trouble)).toEqual(['stuck', 'stuck']);
	expect(await countJobs(adam)).toBe(2);
	await db.execute(sql`update pgboss.job set heartbeat_on = now() where state = 'active'`);
	expect(await countJobs(adam)).toBe(1);
});
