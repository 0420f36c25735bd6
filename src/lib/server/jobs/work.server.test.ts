import { fork } from 'node:child_process';
import { once } from 'node:events';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { createLog } from '../log.ts';
import { defineJob, enqueue, type Job } from './job.ts';
import { workJobs } from './work.ts';

const { db, url } = await testDatabase();
const log = createLog({ process: 'test', write: () => {} });

test('a job runs soon after its command committed', async () => {
	const ran = Promise.withResolvers<string>();
	const job = defineJob({
		name: 'test.quick',
		input: z.object({ name: z.string() }),
		run: async ({ actor, source }, { name }) => ran.resolve(`${name} ${actor.type} ${source}`)
	});
	const worker = await workJobs(url, db, [job], log);
	const enqueuedAt = performance.now();
	await enqueue(systemCtx(db), job, { name: 'Ann' });
	expect(await ran.promise).toBe('Ann system job');
	expect(performance.now() - enqueuedAt).toBeLessThan(5_000);
	await worker.stop();
});

test('a job that throws is tried again', async () => {
	let tries = 0;
	const done = Promise.withResolvers<void>();
	const job = defineJob({
		name: 'test.shaky',
		input: z.object({}),
		run: async () => {
			if (++tries === 1) throw new Error('not yet');
			done.resolve();
		}
	});
	const worker = await workJobs(url, db, [job], log);
	await enqueue(systemCtx(db), job, {});
	await done.promise;
	expect(tries).toBe(2);
	await worker.stop();
});

test('the clock starts what is planned, once for all workers, and nothing that was planned before', async () => {
	const [old, kept] = ['test.old', 'test.kept'].map((name) =>
		defineJob({ name, input: z.object({}), run: async () => {} })
	);
	if (!old || !kept) throw new Error('two jobs');
	const plan = (job: Job, cron: string) => [{ job, cron }];
	const before = await workJobs(url, db, [old], log, plan(old, '0 0 1 1 *'));
	await before.stop();
	const workers = await Promise.all([
		workJobs(url, db, [kept], log, plan(kept, '23 * * * *')),
		workJobs(url, db, [kept], log, plan(kept, '23 * * * *'))
	]);
	const rows = await db.execute(sql`select key, cron, data from pgboss.schedule`);
	const data = { job: 'test.kept', input: {} };
	expect([...rows]).toEqual([{ key: 'test.kept', cron: '23 * * * *', data }]);
	for (const worker of workers) await worker.stop();
});

test(
	'what a killed worker was doing is taken up by the next one',
	{ timeout: 60_000 },
	async () => {
		const done = Promise.withResolvers<void>();
		const job = defineJob({
			name: 'test.long',
			input: z.object({}),
			run: async () => done.resolve()
		});
		const doomed = fork('tests/support/stuck-worker.ts', {
			env: { ...process.env, DATABASE_URL: url },
			silent: true
		});
		await enqueue(systemCtx(db), job, {});
		await once(doomed, 'message');
		const killedAt = performance.now();
		doomed.kill('SIGKILL');
		const worker = await workJobs(url, db, [job], log);
		await done.promise;
		expect(performance.now() - killedAt).toBeLessThan(30_000);
		await worker.stop();
		const [row] = await db.execute(
			sql`select state from pgboss.job where data->>'job' = 'test.long'`
		);
		expect(row?.state).toBe('completed');
	}
);
