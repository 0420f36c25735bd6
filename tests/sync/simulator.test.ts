import { afterAll, expect, test } from 'vitest';
import { regressionSeeds } from './regression-seeds.ts';
import { stopAll } from './support/processes.ts';
import { simulate } from './support/simulate.ts';
import { simulateMany } from './support/simulate-many.ts';

// SIM_SEED=n plays that seed alone, SIM_SEEDS=n so many from there on.

const only = process.env.SIM_SEED ? Number(process.env.SIM_SEED) : null;
const FIRST = only ?? 1;
const SEEDS = Number(process.env.SIM_SEEDS ?? (only === null ? 2_000 : 1));

afterAll(stopAll);

test(
	`[SYNC I1–I12] hold over ${SEEDS} seeds of people, hubs and workers to whom everything happens`,
	{ timeout: 900_000 },
	async () => {
		const tally = await simulateMany({ first: FIRST, count: SEEDS });
		expect(tally.failed.join('\n')).toBe('');
		// A simulation in which nobody gets anything saved would hold everything, too.
		expect(tally.acks).toBeGreaterThan(SEEDS * (only === null ? 20 : 0));
		expect(tally.saved).toBeGreaterThan(SEEDS * (only === null ? 20 : 0));
	}
);

test('the same seed plays the same again', async () => {
	for (const seed of [2, 3]) expect(await simulate(seed)).toEqual(await simulate(seed));
});

test.for(Object.entries(regressionSeeds))('stays mended: %s', async ([, seeds]) => {
	for (const seed of seeds) expect((await simulate(seed)).breaches).toEqual([]);
});
