import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { inTransaction } from '#lib/server/context.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { defineJob, enqueue } from './job.ts';

const { db } = await testDatabase();

const greet = defineJob({
	name: 'test.greet',
	input: z.object({ name: z.string() }),
	run: async () => {}
});

const waiting = async () => {
	const rows = await db.execute(
		sql`select data from pgboss.job where name = 'jobs' and state = 'created'`
	);
	return rows.map((row) => row.data);
};

test('a job exists once the command that enqueued it has committed', async () => {
	await inTransaction(systemCtx(db), async (ctx) => {
		await enqueue(ctx, greet, { name: 'Ann' });
		expect(await waiting()).toEqual([]);
	});
	expect(await waiting()).toEqual([{ job: 'test.greet', input: { name: 'Ann' } }]);
});

test('a command that rolls back leaves no job behind', async () => {
	const before = await waiting();
	const failing = inTransaction(systemCtx(db), async (ctx) => {
		await enqueue(ctx, greet, { name: 'Bob' });
		throw new Error('no');
	});
	await expect(failing).rejects.toThrow('no');
	expect(await waiting()).toEqual(before);
});

test('two jobs with one key wait as one', async () => {
	const before = await waiting();
	await enqueue(systemCtx(db), greet, { name: 'Cleo' }, { key: 'cleo' });
	await enqueue(systemCtx(db), greet, { name: 'Cleo again' }, { key: 'cleo' });
	expect(await waiting()).toHaveLength(before.length + 1);
});

test('a job with a wrong input is refused where it is enqueued', async () => {
	const wrong: unknown = { name: 7 };
	// Types would stop this call; data from outside may not.
	await expect(enqueue(systemCtx(db), greet, wrong as { name: string })).rejects.toThrow();
});
