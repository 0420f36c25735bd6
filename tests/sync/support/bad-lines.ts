import { FINE, type FaultProxy, type Strike } from './fault-proxy.ts';
import { aMoment } from './havoc.ts';
import type { Random } from './random.ts';
import type { Typist } from './typist.ts';

const STRIKES: Readonly<Record<Strike, number>> = {
	reset: 4,
	cut: 4,
	halfOpen: 3,
	deaf: 3,
	stall: 4
};

const WEATHERS = [
	FINE,
	{ delayMs: 80, bytesPerSecond: null, crumbBytes: null },
	{ delayMs: 5, bytesPerSecond: 20_000, crumbBytes: null },
	{ delayMs: 1, bytesPerSecond: null, crumbBytes: 7 },
	{ delayMs: 30, bytesPerSecond: 60_000, crumbBytes: 100 }
] as const;

/** Strikes the lines of people who type, so many times, in weather that changes. */
export async function strikeLines(proxy: FaultProxy, count: number, random: Random): Promise<void> {
	for (let strike = 0; strike < count; strike++) {
		if (strike % 4 === 0) proxy.weather = random.pick([...WEATHERS]);
		await aMoment(100 + random.below(400));
		// A struck line is no use until its ends find out, which takes the browser's half half a minute.
		if (!proxy.strike(random.weighted(STRIKES)) || strike % 5 === 4) proxy.mend();
	}
}

/** Looks again and again whether what is called saved is there; the answer stops it and says what was not. */
export function watchSaved(
	typists: readonly Typist[],
	wordsCommitted: () => Promise<ReadonlySet<string>>
): () => Promise<readonly string[]> {
	const lies = new Set<string>();
	let isOver = false;
	const look = async () => {
		// In this order: what is called saved now must be there a moment later.
		const saved = typists.flatMap(({ savedWords }) => savedWords);
		const committed = await wordsCommitted();
		for (const word of saved) if (!committed.has(word)) lies.add(word);
	};
	const watching = (async () => {
		while (!isOver) {
			await look();
			await aMoment(50);
		}
	})();
	return async () => {
		isOver = true;
		await watching;
		await look();
		return [...lies];
	};
}
