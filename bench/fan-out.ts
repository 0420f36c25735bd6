import { Crowd } from './crowd.ts';
import { alternating, median, ms } from './measure.ts';
import { bareCommits } from './bare-commits.ts';
import type { Row } from './report.ts';
import { castFor, startServer, type Side } from './servers.ts';
import type { Site } from './site.ts';

const PER_ROOM = 10;
const RATE = 200;
const CONNECTIONS = [100, 1_000, 5_000];
const WARM_UP_SECONDS = 2;
/** On top of the raw server's and a bare commit's: what rights, repair, history and log may cost. */
const ALLOWED_MS = 10;

const SIDES: readonly Side[] = [
	'raw',
	'y-websocket',
	'hocuspocus',
	'tandem',
	'tandem without journal'
];

/** From "typed" to the screens of nine others, at a fixed rate, beside servers that check and keep nothing. */
export async function measureFanOut(
	site: Site,
	pace: { seconds: number; rounds: number }
): Promise<Row[]> {
	const rows: Row[] = [];
	for (const connections of CONNECTIONS) {
		const cast = await castFor(site, connections);
		const p99 = new Map<Side | 'commit', number[]>();
		const note = (side: Side | 'commit', value: number) =>
			p99.set(side, [...(p99.get(side) ?? []), value]);
		const rounds = SIDES.map((side) => async () => {
			const server = await startServer(side, site, cast);
			const crowd = new Crowd(server.crowd(connections, PER_ROOM));
			try {
				await crowd.open();
				await crowd.type(RATE, WARM_UP_SECONDS);
				const { missing, ...summary } = await crowd.type(RATE, pace.seconds * 5);
				if (missing !== 0) throw new Error(`${side}: ${missing} deliveries are missing`);
				note(side, summary.p99);
			} finally {
				crowd.close();
				await server.kill();
			}
		});
		await alternating(Math.max(1, Math.floor(pace.rounds / 2)), [
			...rounds,
			async () => note('commit', (await bareCommits(site, cast.deals, RATE, pace.seconds * 5)).p99)
		]);
		rows.push(rowOf(connections, p99));
	}
	return rows;
}

function rowOf(connections: number, p99: ReadonlyMap<string, readonly number[]>): Row {
	const of = (side: string) => median(p99.get(side) ?? []);
	const limit = of('raw') + of('commit') + ALLOWED_MS;
	const peers = SIDES.filter((side) => side !== 'tandem');
	return {
		what: `Edit to nine other screens, ${connections.toLocaleString('en')} connections in rooms of ten, ${RATE} edits/s, rights and journal on: p99`,
		goal: `≤ raw + bare commit + ${ALLOWED_MS} ms = ${ms(limit)}`,
		figure: `${ms(of('tandem'))} (${peers.map((side) => `${side} ${ms(of(side))}`).join(', ')}; bare commit ${ms(of('commit'))})`,
		holds: of('tandem') <= limit
	};
}
