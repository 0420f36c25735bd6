import { afterAll, beforeAll, expect, test } from 'vitest';
import { whyNoLoopDisk } from './support/loop-disk.ts';
import { PowerPlant } from './support/power-cuts.ts';
import { stopAll } from './support/processes.ts';
import { Random } from './support/random.ts';

const CUTS = Number(process.env.CUTS ?? 2);
const why = whyNoLoopDisk();
const because = why ? ` – SKIPPED, ${why}` : '';
let plant: PowerPlant;

beforeAll(async () => {
	if (!why) plant = await PowerPlant.begin(new Random(Date.now()));
}, 120_000);

afterAll(async () => {
	await plant?.end();
	await stopAll();
});

test.skipIf(why)(
	`[SYNC-6] ${CUTS} power cuts lose nothing that was said to be committed${because}`,
	{ timeout: 60_000 + CUTS * 60_000 },
	async () => {
		for (let cut = 0; cut < CUTS; cut++) {
			const { acked, lost } = await plant.cut('engine');
			expect(acked).toBeGreaterThan(50);
			expect(lost).toBe(0);
		}
	}
);

test.skipIf(why)(
	`a power cut is found out where commits do not wait for the disk${because}`,
	{ timeout: 300_000 },
	async () => {
		// The disk may just have been written by chance; not five times.
		for (let cut = 0; cut < 5; cut++) {
			if ((await plant.cut('bare')).lost > 0) return;
		}
		expect.unreachable('what was never written to the disk survived every cut');
	}
);
