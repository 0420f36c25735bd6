import { fork, type ChildProcess } from 'node:child_process';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changes, companies, imports } from '#lib/server/db/tables/index.ts';
import { testDatabase } from '#tests/support/database.ts';
import {
	aDepartment,
	aPerson,
	ownDataFolder,
	started,
	uploaded
} from '#tests/support/import-office.ts';

const { db, url } = await testDatabase();
let removeFolder: () => void;
const workers: ChildProcess[] = [];

beforeAll(() => {
	removeFolder = ownDataFolder();
});
afterAll(() => {
	for (const worker of workers) worker.kill('SIGKILL');
	removeFolder();
});

function aWorker(): ChildProcess {
	const worker = fork('worker/main.ts', {
		env: { ...process.env, DATABASE_URL: url },
		stdio: ['ignore', 'ignore', 'inherit', 'ipc']
	});
	workers.push(worker);
	return worker;
}

async function progressOf(importId: string) {
	const [row] = await db.select().from(imports).where(eq(imports.id, importId));
	if (!row) throw new Error('gone');
	return row;
}

const UNIQUE = 4_000;
const REPEATED = 1_000;
const BROKEN = 200;

/** Firms, some of them repeated far behind, some with a bad address. */
function* firms() {
	yield Buffer.from('Name,E-Mail\n');
	for (let i = 0; i < UNIQUE; i++) yield Buffer.from(`Firm ${i},f${i}@example.com\n`);
	for (let i = 0; i < BROKEN; i++) yield Buffer.from(`Broken ${i},nonsense\n`);
	for (let i = 0; i < REPEATED; i++) yield Buffer.from(`Firm ${i * 3},f${i * 3}@example.com\n`);
}

test('a worker killed with -9 in the middle loses no row and doubles none', async () => {
	const department = await aDepartment(db);
	const ann = await aPerson(db, department);
	const one = await uploaded(ann, 'company', department, firms());
	expect(await started(ann, one.id)).toMatchObject({ ok: true });

	let settled = 0;
	let kills = 0;
	let worker = aWorker();
	await expect
		.poll(
			async () => {
				const now = await progressOf(one.id);
				// In the middle of the work, after some of it is done.
				if (kills < 1 && now.state === 'running' && now.settledRows > settled + 1000) {
					settled = now.settledRows;
					kills++;
					worker.kill('SIGKILL');
					worker = aWorker();
				}
				return now.state;
			},
			{ timeout: 150_000, interval: 20 }
		)
		.toBe('done');

	expect(kills).toBe(1);
	expect(settled).toBeLessThan(UNIQUE + BROKEN + REPEATED);
	expect(await progressOf(one.id)).toMatchObject({
		settledRows: 1 + UNIQUE + BROKEN + REPEATED,
		createdRows: UNIQUE,
		skippedRows: REPEATED,
		failedRows: BROKEN
	});
	const [found] = await db
		.select({
			all: sql<number>`count(*)::int`,
			names: sql<number>`count(distinct ${companies.name})::int`
		})
		.from(companies)
		.where(eq(companies.departmentId, department));
	expect(found).toEqual({ all: UNIQUE, names: UNIQUE });
	const history = await db.$count(changes, eq(changes.batchId, one.id));
	expect(history).toBe(UNIQUE);
}, 180_000);
