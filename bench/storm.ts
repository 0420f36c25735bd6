import { freePort } from '../src/lib/server/postgres/cluster.ts';
import { Crowd } from './crowd.ts';
import { seconds } from './measure.ts';
import type { Row } from './report.ts';
import { castFor, startServer } from './servers.ts';
import type { Site } from './site.ts';

const CONNECTIONS = 5_000;
const PER_ROOM = 10;
const GOAL_MS = 10_000;

/** kill -9 under everybody: until each has signed in again, has its record again and hears the others. */
export async function measureStorm(site: Site, pace: { rounds: number }): Promise<Row[]> {
	const cast = await castFor(site, CONNECTIONS);
	const port = await freePort();
	let server = await startServer('tandem', site, cast, port);
	const crowd = new Crowd({ ...server.crowd(CONNECTIONS, PER_ROOM), comesBack: true });
	const times: number[] = [];
	try {
		await crowd.open();
		for (let round = 0; round < Math.max(1, Math.floor(pace.rounds / 2)); round++) {
			const started = performance.now();
			await server.kill();
			server = await startServer('tandem', site, cast, port);
			await crowd.back();
			times.push(performance.now() - started);
			const { missing } = await crowd.type(100, 2);
			if (missing !== 0) throw new Error(`after the storm ${missing} deliveries are missing`);
		}
	} finally {
		crowd.close();
		await server.kill();
	}
	const slowest = Math.max(...times);
	return [
		{
			what: `kill -9 of the server under ${CONNECTIONS.toLocaleString('en')} clients: until all are signed in, synced and hear each other again, slowest of ${times.length}`,
			goal: `≤ ${seconds(GOAL_MS)}`,
			figure: seconds(slowest),
			holds: slowest <= GOAL_MS
		}
	];
}
