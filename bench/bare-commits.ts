import { setTimeout as wait } from 'node:timers/promises';
import postgres from 'postgres';
import { summarise, type Summary } from './measure.ts';
import type { Site } from './site.ts';

/** The least that a durable edit costs: updates of single rows at a fixed rate, from when each was due. */
export async function bareCommits(
	{ databaseUrl }: Site,
	deals: readonly string[],
	rate: number,
	seconds: number
): Promise<Summary> {
	const sql = postgres(databaseUrl, { max: 8, onnotice: () => {} });
	const write = (number: number) =>
		sql`update deals set next_step = ${`Step ${number}`}, updated_at = now() where id = ${deals[number % deals.length] ?? ''}`;
	try {
		await Promise.all(Array.from({ length: 16 }, (_, number) => write(number)));
		const latencies: Promise<number>[] = [];
		const started = performance.now();
		while (latencies.length < rate * seconds) {
			const due = Math.ceil(((performance.now() - started) / 1000) * rate);
			while (latencies.length < Math.min(due, rate * seconds)) {
				const intended = started + (latencies.length / rate) * 1000;
				latencies.push(write(latencies.length).then(() => performance.now() - intended));
			}
			await wait(1);
		}
		return summarise(await Promise.all(latencies));
	} finally {
		await sql.end();
	}
}
