import { availableParallelism } from 'node:os';
import { killHard, start } from './processes.ts';
import type { Told } from './simulate-process.ts';

export interface Tally {
	seeds: number;
	acks: number;
	saved: number;
	overtaken: number;
	commits: number;
	virtualMs: number;
	/** One line for each breach, beginning with the seed that plays it again. */
	readonly failed: string[];
}

interface Range {
	readonly first: number;
	readonly count: number;
}

/** After so many broken seeds the rest says nothing new. */
const ENOUGH = 5;

/** Plays the seeds on every core, each core its own share. */
export async function simulateMany(
	{ first, count }: Range,
	hear: (tally: Tally) => void = () => {}
): Promise<Tally> {
	const tally: Tally = {
		...{ seeds: 0, acks: 0, saved: 0, overtaken: 0, commits: 0, virtualMs: 0 },
		failed: []
	};
	const cores = Math.min(availableParallelism(), count);
	const share = Math.ceil(count / cores);
	const shares = Array.from({ length: cores }, (_, index) => ({
		first: first + index * share,
		count: Math.min(share, count - index * share)
	}));
	await Promise.all(
		shares.map((range) =>
			play(range, (told) => {
				add(tally, told);
				hear(tally);
				return tally.failed.length < ENOUGH;
			})
		)
	);
	if (tally.seeds < count && tally.failed.length < ENOUGH) {
		tally.failed.push(`only ${tally.seeds} of ${count} seeds were played`);
	}
	return tally;
}

async function play({ first, count }: Range, take: (told: Told) => boolean): Promise<void> {
	const child = start('simulate-process.ts', [first, count]);
	const gone = new Promise((resolve) => child.once('exit', resolve));
	child.on('message', (told: Told) => {
		if (!take(told)) void killHard(child);
	});
	await gone;
}

function add(tally: Tally, { seed, played }: Told): void {
	tally.seeds++;
	for (const figure of ['acks', 'saved', 'overtaken', 'commits', 'virtualMs'] as const) {
		tally[figure] += played[figure];
	}
	const lines = played.breaches.map((breach) => `SIM_SEED=${seed}: ${breach}`);
	tally.failed.push(...lines.slice(0, 2));
}
