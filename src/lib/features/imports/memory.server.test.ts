import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { testDatabase } from '#tests/support/database.ts';
import { aDepartment, aPerson, ownDataFolder } from '#tests/support/import-office.ts';

const { db, url } = await testDatabase();
const run = promisify(execFile);

const Report = z.object({
	before: z.number(),
	peak: z.number(),
	createdRows: z.number(),
	skippedRows: z.number(),
	sizeBytes: z.number(),
	state: z.string()
});

/**
 * What a process may need beyond its start, whatever the size of the file: its text alone would be more. A busy
 * machine collects garbage late.
 */
const BOUND = 190 * 1024 * 1024;

test('a file of 100 MB is uploaded and brought in with bounded memory', async () => {
	const remove = ownDataFolder();
	const department = await aDepartment(db);
	const { actor } = await aPerson(db, department);
	const { stdout } = await run(
		process.execPath,
		['tests/support/import-child.ts', actor.id, department, '100'],
		{ env: { ...process.env, DATABASE_URL: url } }
	);
	remove();
	const report = Report.parse(JSON.parse(stdout));
	expect(report).toMatchObject({ state: 'done', createdRows: 2000, skippedRows: 48_000 });
	expect(report.sizeBytes).toBeGreaterThan(100_000_000);
	expect(report.peak - report.before).toBeLessThan(BOUND);
}, 120_000);
