import { simulate, type Played } from './simulate.ts';

// Plays seeds and tells the process that started it of each: simulate-process.ts <first> <count>

export interface Told {
	readonly seed: number;
	readonly played: Played;
}

const [first = 1, count = 1] = process.argv.slice(2).map(Number);

process.on('disconnect', () => process.exit());
for (let seed = first; seed < first + count; seed++) {
	const played = await simulate(seed).catch((error: unknown): Played => {
		const breach = error instanceof Error ? (error.stack ?? error.message) : String(error);
		return { breaches: [breach], acks: 0, saved: 0, overtaken: 0, commits: 0, virtualMs: 0 };
	});
	const told: Told = { seed, played };
	process.send?.(told);
}
if (process.connected) process.disconnect();
