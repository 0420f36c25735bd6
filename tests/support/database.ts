import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, inject, test } from 'vitest';
import type { Ctx, Db } from '#lib/server/context.ts';
import { connect } from '#lib/server/db/connect.ts';
import { closePool } from '#lib/server/db/pool.ts';
import { stopEnqueueing } from '#lib/server/jobs/job.ts';
import { createLog } from '#lib/server/log.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { query, TEMPLATE } from './cluster-setup.ts';

export interface TestDatabase {
	readonly db: Db;
	readonly sql: postgres.Sql;
	readonly url: string;
}

/**
 * A database of its own for this test file, migrated and empty, dropped after the last test. Call it
 * at the top of the file. DATABASE_URL then points at it, for code that opens the process's own pool.
 */
export async function testDatabase(): Promise<TestDatabase> {
	const { drop, ...database } = await clone();
	afterAll(drop);
	return database;
}

/** What a job or a script has as its context; pass a transaction or the database. */
export const systemCtx = (db: Db, overrides: Partial<Ctx> = {}): Ctx => ({
	db,
	actor: systemActor,
	now: new Date(),
	log: silent,
	...overrides
});

class RolledBack extends Error {}

let shared: ReturnType<typeof clone> | undefined;

// Here and not at first use: that may be inside a describe, which ends before the file does.
afterAll(async () => (await shared)?.drop());

/** A test inside a transaction that is rolled back: it sees the file's database as nobody else left it. */
export function inRollback(title: string, work: (ctx: Ctx) => Promise<void>) {
	test(title, async () => {
		const { db } = await (shared ??= clone());
		const attempt = db.transaction(async (tx) => {
			await work(systemCtx(tx));
			throw new RolledBack();
		});
		await attempt.catch((error: unknown) => {
			if (!(error instanceof RolledBack)) throw error;
		});
	});
}

const silent = createLog({ process: 'test', write: () => {} });

async function clone() {
	const server = inject('clusterUrl');
	const name = `test_${randomBytes(6).toString('hex')}`;
	await query(`${server}postgres`, `create database ${name} template ${TEMPLATE}`);
	const url = `${server}${name}`;
	process.env.DATABASE_URL = url;
	const { db, sql, close } = connect(url, { max: 10 });
	const drop = async () => {
		await Promise.all([close(), closePool(), stopEnqueueing()]);
		await query(`${server}postgres`, `drop database ${name} with (force)`);
	};
	return { db, sql, url, drop };
}
