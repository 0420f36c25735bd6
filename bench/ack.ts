import { setTimeout as wait } from 'node:timers/promises';
import { ms, summarise, type Summary } from './measure.ts';
import type { Row } from './report.ts';
import type { Site } from './site.ts';
import { Typist } from './typist.ts';

const DEALS = 25;
/** Operator and administrator may write any deal; each has every deal open once. */
const PEOPLE = ['olga', 'adam'] as const;
const RATES = [200, 500];
const WARM_UP_SECONDS = 3;
const SETTLE_MS = 500;

/** A deal and the clients that have it open. */
interface Room {
	readonly id: string;
	readonly typists: readonly Typist[];
}

/** From "typed" to "saved", through the web process: two people in each of 25 deals. */
export async function measureAck(site: Site, pace: { seconds: number }): Promise<Row[]> {
	const deals = await site.sql<{ id: string }[]>`
		select d.id from deals d join department_members m on m.department_id = d.department_id
		join users u on u.id = m.user_id and u.name like 'Olga%'
		where d.deleted_at is null order by d.id desc limit ${DEALS}`;
	const cookies = await Promise.all(PEOPLE.map((person) => site.signIn(person)));
	const address = `${site.url.replace('http', 'ws')}/ws/record/deal`;
	const rooms = deals.map(({ id }) => ({
		id,
		typists: cookies.map((cookie) => new Typist(`${address}/${id}`, cookie, site.url))
	}));
	const typists = rooms.flatMap(({ typists }) => typists);
	const failed = Promise.race(typists.map((typist) => typist.failed));
	try {
		await Promise.race([failed, Promise.all(typists.map(({ ready }) => ready))]);
		const rows: Row[] = [];
		for (const rate of RATES) {
			const during = (seconds: number) => Promise.race([failed, typeAt(typists, rate, seconds)]);
			await during(WARM_UP_SECONDS);
			const summary = await during(pace.seconds * 10);
			await allInDatabase(site, rooms);
			rows.push(rowOf(rate, summary));
		}
		return rows;
	} finally {
		for (const typist of typists) typist.close();
	}
}

/**
 * Sends edits at a fixed rate whether or not earlier ones were answered, and counts from the moment each
 * was due: a server that stands still makes every edit of that time late, not only one.
 */
async function typeAt(typists: readonly Typist[], rate: number, seconds: number): Promise<Summary> {
	const latencies: Promise<number>[] = [];
	const started = performance.now();
	const total = rate * seconds;
	while (latencies.length < total) {
		const due = Math.min(total, Math.ceil(((performance.now() - started) / 1000) * rate));
		while (latencies.length < due) {
			const number = latencies.length;
			const intended = started + (number / rate) * 1000;
			const typist = typists[(number * STRIDE) % typists.length];
			if (!typist) throw new Error('nobody types');
			latencies.push(typist.type('nextStep', `Step ${number}`).then((at) => at - intended));
		}
		await wait(1);
	}
	return summarise(await Promise.all(latencies));
}

/** Prime to the number of clients: neighbours in time are neither in the same deal nor the same person. */
const STRIDE = 7;

/** "Saved" was true and everybody agrees: both documents of each deal say what its column says. */
async function allInDatabase({ sql }: Site, rooms: readonly Room[]): Promise<void> {
	// What the other one wrote last may still be on its way to this client.
	await wait(SETTLE_MS);
	for (const { id, typists } of rooms) {
		const [row] = await sql`select next_step from deals where id = ${id}`;
		if (typists.some((typist) => typist.read('nextStep') !== row?.next_step)) {
			throw new Error(`deal ${id}: the database does not hold what was called saved`);
		}
	}
}

function rowOf(rate: number, { count, p50, p95, p99, max }: Summary): Row {
	return {
		what: `Durable ack at ${rate} edits/s (${DEALS * PEOPLE.length} sockets, ${DEALS} deals, ${count.toLocaleString('en')} edits): p50 / p95 / p99`,
		goal: '≤ 8 / 25 / 60 ms',
		figure: `${ms(p50)} / ${ms(p95)} / ${ms(p99)}, slowest ${ms(max)}`,
		holds: p50 <= 8 && p95 <= 25 && p99 <= 60
	};
}
