import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** How many tests passed and failed so far. */
export interface Tally {
	passed: number;
	failed: number;
}

export const emptyTally = (): Tally => ({ passed: 0, failed: 0 });

const Vitest = z.object({
	numPassedTests: z.number(),
	numFailedTests: z.number(),
	numFailedTestSuites: z.number(),
	testResults: z.array(
		z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })
	)
});

/** Adds what Vitest's JSON report says; a file that could not even be loaded counts as one failure. */
export function countVitest(file: string, tally: Tally): void {
	const report = readReport(file, Vitest);
	if (!report) return;
	const broken = report.testResults.filter(
		({ status, assertionResults }) =>
			status === 'failed' && !assertionResults.some((test) => test.status === 'failed')
	);
	tally.passed += report.numPassedTests;
	tally.failed += report.numFailedTests + broken.length;
}

const Playwright = z.object({
	stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
	errors: z.array(z.unknown())
});

/** Adds what Playwright's JSON report says; a test that passed only at the second try has passed. */
export function countPlaywright(file: string, tally: Tally): void {
	const report = readReport(file, Playwright);
	if (!report) return;
	const { expected, flaky, unexpected } = report.stats;
	tally.passed += expected + flaky;
	tally.failed += unexpected + report.errors.length;
}

function readReport<Schema extends z.ZodType>(file: string, schema: Schema) {
	return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}
