import { parseArgs } from 'node:util';
import { seedLarge } from '../scripts/seed-large.ts';
import { calibrate, drift } from './machine.ts';
import { seconds } from './measure.ts';
import { tableOf, writeTable, type Row } from './report.ts';

const PARTS = [
	...(['start', 'list', 'ack', 'commits'] as const),
	...(['fan-out', 'throughput', 'idle', 'storm', 'history', 'paint'] as const),
	...(['search', 'import', 'board', 'timeline'] as const)
];
/** One for each of the connections that are measured alone, and for those that are measured before. */
const DEALS_MIN = 9_000;
/** Of the companies. */
const DEALS_SHARE = 0.3;

/** Everything, or the parts named; only a whole run of full size goes into README.md. */
export async function bench(): Promise<void> {
	const { values } = parseArgs({
		options: {
			rows: { type: 'string', default: '1000000' },
			seconds: { type: 'string', default: '2' },
			rounds: { type: 'string', default: '5' },
			only: { type: 'string' },
			dry: { type: 'boolean', default: false }
		}
	});
	const pace = { seconds: Number(values.seconds), rounds: Number(values.rounds) };
	const wanted = new Set(values.only?.split(',') ?? PARTS);
	// A build of its own, below the root: the built processes find their packages there.
	process.env.BUILD_DIR = 'node_modules/.cache/tandem-bench/build';
	const rows: Row[] = [];
	const notes: string[] = [];
	const tell = (added: readonly Row[]) => {
		rows.push(...added);
		for (const { what, figure } of added) console.log(`${what}: ${figure}`);
	};

	const began = await calibrate(pace.seconds);
	if (wanted.has('start')) {
		const { measureStart } = await import('./start.ts');
		tell(await measureStart(pace, process.env.BUILD_DIR));
	}
	if (PARTS.some((part) => part !== 'start' && wanted.has(part))) {
		// Reads where the build is when it is loaded.
		const { openSite } = await import('./site.ts');
		const site = await openSite();
		try {
			const companies = Number(values.rows);
			const started = performance.now();
			const deals = Math.max(DEALS_MIN, Math.round(companies * DEALS_SHARE));
			await seedLarge(site.sql, { companies, contacts: companies, deals });
			const [each, those] = [companies, deals].map((count) => count.toLocaleString('en'));
			notes.push(
				`${each} companies, as many contacts, each with an e-mail address and half of them with a phone number, and ${those} deals were made by SQL in ${seconds(performance.now() - started)}, indexes and VACUUM included.`
			);
			if (wanted.has('list')) tell(await (await import('./list.ts')).measureList(site, pace));
			if (wanted.has('ack')) tell(await (await import('./ack.ts')).measureAck(site, pace));
			if (wanted.has('commits'))
				tell(await (await import('./commits.ts')).measureCommits(site, pace));
			if (wanted.has('fan-out'))
				tell(await (await import('./fan-out.ts')).measureFanOut(site, pace));
			if (wanted.has('throughput'))
				tell(await (await import('./throughput.ts')).measureThroughput(site, pace));
			if (wanted.has('idle')) tell(await (await import('./idle.ts')).measureIdle(site));
			if (wanted.has('storm')) tell(await (await import('./storm.ts')).measureStorm(site, pace));
			if (wanted.has('history'))
				tell(await (await import('./history.ts')).measureHistory(site, pace));
			if (wanted.has('paint')) tell(await (await import('./paint.ts')).measurePaint(site));
			if (wanted.has('search')) tell(await (await import('./search.ts')).measureSearch(site));
			if (wanted.has('board')) tell(await (await import('./board.ts')).measureBoard(site));
			if (wanted.has('timeline'))
				tell(await (await import('./timeline.ts')).measureTimeline(site, pace));
			// Last: it makes the tables larger.
			if (wanted.has('import'))
				tell(await (await import('./import.ts')).measureImport(site, companies));
		} finally {
			await site.stop();
		}
	}
	const { isVoid, lines } = drift(began, await calibrate(pace.seconds));
	const table = tableOf(rows, [...notes, ...lines]);
	console.log(`\n${table}`);
	const isWhole = wanted.size === PARTS.length && values.rows === '1000000';
	if (isWhole && !values.dry) writeTable(table);
	if (isVoid) process.exitCode = 1;
}
