import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { spread } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';

/** Commits per second and round, by way of writing and number of deals at once. */
export type Rates = Record<'bare' | 'closed' | 'open', Record<'one' | 'eight', number[]>>;

/** The record engine's write path beside the least that Postgres needs for a durable change of one row. */
export async function measureCommits(site: Site, pace: { seconds: number }): Promise<Row[]> {
	const writer = fork(
		path.join(import.meta.dirname, 'commits-process.ts'),
		[String(pace.seconds / 2)],
		{
			env: { ...process.env, DATABASE_URL: site.databaseUrl },
			execArgv: ['--disable-warning=ExperimentalWarning']
		}
	);
	// The child is this repository's own and sends nothing else.
	const [rates] = (await Promise.race([
		once(writer, 'message'),
		once(writer, 'exit').then(([code]) => {
			throw new Error(`the writer ended with ${code}`);
		})
	])) as [Rates];
	const row = (what: string, { one, eight }: Rates['bare'], over: Rates['bare'] | null): Row => ({
		what: `${what}, one deal / eight deals at once: commits per second`,
		goal: '',
		figure: [one, eight]
			.map((list, at) => {
				const bare = over && (at === 0 ? over.one : over.eight);
				const share = bare && list.map((rate, round) => rate / (bare[round] ?? Number.NaN));
				return spread(list, 0) + (share ? `, ${spread(share)} × bare` : '');
			})
			.join(' / '),
		holds: null
	});
	return [
		row('Bare single-row updates', rates.bare, null),
		row('`commit()` without a document', rates.closed, rates.bare),
		row('`commit()` with an open document', rates.open, rates.bare)
	];
}
