import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '#lib/server/postgres/cluster.ts';
import { aMoment, Havoc } from './support/havoc.ts';
import { killInALoop } from './support/kills.ts';
import { dealRow } from './support/office.ts';
import { killHard, startWeb, stopAll } from './support/processes.ts';
import { Random } from './support/random.ts';
import { until } from './support/tab.ts';
import { Typist } from './support/typist.ts';

const KILLS = Number(process.env.KILLS ?? 30);
// Not repeatable: when a kill lands, the machine decides.
const random = new Random(Date.now());
let havoc: Havoc;

beforeAll(async () => {
	havoc = await Havoc.begin(random);
}, 120_000);

afterAll(async () => {
	await havoc?.end();
	await stopAll();
});

test(
	`[SYNC I1, I3, I6] ${KILLS} kills of two web processes, a worker and Postgres lose nothing that was called saved`,
	{ timeout: KILLS * 30_000 },
	async () => {
		const tally = await killInALoop(havoc, KILLS, random);
		expect(tally.losses).toEqual([]);
		expect(tally.kills.web + tally.kills.worker + tally.kills.postgres).toBe(KILLS);
		expect(tally.saved).toBeGreaterThan(KILLS * 4);
	}
);

/**
 * The client dies at the moment it is told "saved", and the server with it: nobody is left who could
 * send the edit again. Answers after how many such deaths a saved edit was missing; null when none was.
 */
async function deathsUntilLost(engine: 'real' | 'slow' | 'early', most: number) {
	for (let death = 1; death <= most; death++) {
		if (await isLost(engine)) return death;
	}
	return null;
}

async function isLost(engine: 'real' | 'slow' | 'early'): Promise<boolean> {
	const deal = await havoc.aSharedDeal();
	const port = await freePort();
	const victim = await startWeb({ url: havoc.url, port, engine });
	const { cookie } = havoc.office.ann;
	const ann = new Typist(`127.0.0.1:${port}`, deal, { name: 'ann', cookie, field: 'name' });
	await until(
		() => ann.provider.synced,
		(synced) => synced,
		60_000
	);
	const acked = new Promise<void>((resolve) => {
		ann.onAck = () => {
			if (ann.acked < 3) return;
			victim.kill('SIGKILL');
			ann.destroy();
			resolve();
		};
	});
	for (let word = 0; word < 3; word++) ann.type();
	await acked;
	await killHard(victim);
	// What was under way when the server died may still arrive in the database.
	await aMoment(50);
	const { name } = await dealRow(havoc.database.db, deal);
	return name !== 'ann-3';
}

describe('the word "saved"', () => {
	test('[SYNC I1] is true even when client and server die together right after it', async () => {
		expect(await deathsUntilLost('real', 4)).toBeNull();
		expect(await deathsUntilLost('slow', 4)).toBeNull();
	});

	test('would be found out by this test within ten deaths if it came before COMMIT', async () => {
		expect(await deathsUntilLost('early', 10)).not.toBeNull();
	});
});
