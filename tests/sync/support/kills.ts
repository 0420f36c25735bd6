import type { ChildProcess } from 'node:child_process';
import { aMoment, type Havoc } from './havoc.ts';
import { dealRow } from './office.ts';
import { killHard } from './processes.ts';
import type { Random } from './random.ts';
import type { Typist } from './typist.ts';

export interface KillTally {
	readonly kills: Record<'web' | 'worker' | 'postgres', number>;
	saved: number;
	/** What was called saved and is not there, and what does not agree. */
	readonly losses: string[];
}

const VICTIMS = { web: 6, worker: 2, postgres: 2 };

/**
 * Kills web processes, a worker and the database, one after the other, at moments that nobody chose,
 * while four tabs at two deals never stop typing and reconnect to whichever web process answers.
 */
export async function killInALoop(havoc: Havoc, count: number, random: Random): Promise<KillTally> {
	const tally: KillTally = { kills: { web: 0, worker: 0, postgres: 0 }, saved: 0, losses: [] };
	const deals = [await havoc.aSharedDeal(), await havoc.aSharedDeal()];
	const typists = deals.map((deal) => havoc.twoTypists(deal));
	const worker = new Worker(havoc, deals[0] ?? '');
	await worker.start();
	try {
		for (let kill = 0; kill < count; kill++) {
			await havoc.someMoreSaved(typists.flat());
			const victim = random.weighted(VICTIMS);
			tally.kills[victim]++;
			await strike(havoc, worker, victim, random);
		}
		await worker.kill();
		for (const [index, both] of typists.entries()) {
			tally.losses.push(...(await havoc.losses(deals[index] ?? '', both)));
		}
		tally.saved = typists.flat().reduce((sum, { acked }: Typist) => sum + acked, 0);
		tally.losses.push(...(await worker.losses()));
	} finally {
		await worker.kill();
		for (const typist of typists.flat()) typist.destroy();
	}
	return tally;
}

async function strike(
	havoc: Havoc,
	worker: Worker,
	victim: keyof typeof VICTIMS,
	random: Random
): Promise<void> {
	if (victim === 'worker') {
		await worker.kill();
		await worker.start();
	} else if (victim === 'postgres') {
		await havoc.killPostgres(random.chance(0.5) ? 'SIGQUIT' : 'SIGKILL');
	} else {
		const index = random.below(2);
		await havoc.killWeb(index);
		await aMoment(random.below(200));
		await havoc.startWeb(index);
	}
}

/** Raises the amount of a deal by one, again and again, and says each commit. */
class Worker {
	readonly #havoc: Havoc;
	readonly #deal: string;
	#process: ChildProcess | null = null;
	#last = 0;

	constructor(havoc: Havoc, deal: string) {
		this.#havoc = havoc;
		this.#deal = deal;
	}

	async start(): Promise<void> {
		this.#process = await this.#havoc.startWriter(this.#deal, this.#last + 1, (minor) => {
			this.#last = minor;
		});
	}

	async kill(): Promise<void> {
		if (this.#process) await killHard(this.#process);
	}

	/** Of a killed worker the last commit may have been killed before it could be said. */
	async losses(): Promise<readonly string[]> {
		const { amountMinor } = await dealRow(this.#havoc.database.db, this.#deal);
		const isThere = amountMinor === BigInt(this.#last) || amountMinor === BigInt(this.#last + 1);
		return isThere ? [] : [`the worker was at ${this.#last}, the deal says ${amountMinor}`];
	}
}
