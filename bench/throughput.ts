import { Crowd } from './crowd.ts';
import { alternating, median } from './measure.ts';
import type { Row } from './report.ts';
import { castFor, startServer, type Side } from './servers.ts';
import type { Site } from './site.ts';

const CONNECTIONS = 1_000;
const PER_ROOM = 10;
const RATES = [200, 400, 600, 800, 1_000, 1_300, 1_600, 2_000, 2_500, 3_000, 3_500];
const MOST_P99_MS = 100;
const SIDES: readonly Side[] = ['raw', 'hocuspocus', 'tandem', 'tandem without journal'];

/** The highest rate of edits at which 99 % of deliveries take less than 100 ms, step by step. */
export async function measureThroughput(
	site: Site,
	pace: { seconds: number; rounds: number }
): Promise<Row[]> {
	const cast = await castFor(site, CONNECTIONS);
	const most = new Map<Side, number[]>(SIDES.map((side) => [side, []]));
	const climb = async (side: Side) => {
		const server = await startServer(side, site, cast);
		const crowd = new Crowd(server.crowd(CONNECTIONS, PER_ROOM));
		let reached = 0;
		try {
			await crowd.open();
			await crowd.type(RATES[0] ?? 0, 2);
			for (const rate of RATES) {
				const { p99, missing } = await crowd.type(rate, pace.seconds * 2);
				if (missing !== 0 || p99 >= MOST_P99_MS) break;
				reached = rate;
			}
		} finally {
			crowd.close();
			await server.kill();
		}
		most.get(side)?.push(reached);
	};
	const rounds = Math.max(1, Math.floor(pace.rounds / 2));
	await alternating(
		rounds,
		SIDES.map((side) => () => climb(side))
	);
	const of = (side: Side) => median(most.get(side) ?? []);
	return [
		{
			what: `Edits per second with p99 < ${MOST_P99_MS} ms to nine other screens, ${CONNECTIONS.toLocaleString('en')} connections: with journal / without`,
			goal: '',
			figure: `${of('tandem')} / ${of('tandem without journal')} (raw ${of('raw')}, hocuspocus ${of('hocuspocus')}, which neither checks nor stores first)`,
			holds: null
		}
	];
}
