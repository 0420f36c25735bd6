import { setTimeout as sleep } from 'node:timers/promises';
import { Crowd } from './crowd.ts';
import type { Row } from './report.ts';
import { castFor, startServer, type Side } from './servers.ts';
import type { Site } from './site.ts';

const ROOMS = 200;
const MANY_ROOMS = 2_000;
const MORE_EACH = 20;
/** The hub lets go of a document that nobody has edited for a minute, and looks a little later. */
const REST_MS = 80_000;
const SIDES: readonly Side[] = ['raw', 'y-websocket', 'hocuspocus', 'tandem'];

/** Memory of a connection that does nothing, and of a record that is loaded and not edited. */
export async function measureIdle(site: Site): Promise<Row[]> {
	const cast = await castFor(site, 9_000);
	await fill(site, cast.deals);
	const held = new Map<Side, { connection: number; record: number }>();
	let rested = Number.NaN;
	for (const side of SIDES) {
		const server = await startServer(side, site, cast);
		const crowds: Crowd[] = [];
		const after = async (connections: number, perRoom: number) => {
			const crowd = new Crowd(server.crowd(connections, perRoom));
			crowds.push(crowd);
			await crowd.open();
			return (await server.held()).bytes / 1024;
		};
		try {
			await after(ROOMS * 10, 10);
			// What the first connections make once is there already.
			const before = await after(ROOMS * 2, 2);
			const more = await after(ROOMS * MORE_EACH, MORE_EACH);
			const connection = (more - before) / (ROOMS * MORE_EACH);
			const many = await after(MANY_ROOMS, 1);
			const record = (many - more - MANY_ROOMS * connection) / (MANY_ROOMS - ROOMS);
			held.set(side, { connection, record });
			if (side === 'tandem') {
				await sleep(REST_MS);
				const later = (await server.held()).bytes / 1024;
				rested = record - (many - later) / MANY_ROOMS;
			}
		} finally {
			for (const crowd of crowds) crowd.close();
			await server.kill();
		}
	}
	const figure = (of: 'connection' | 'record') =>
		SIDES.map((side) => `${side} ${held.get(side)?.[of].toFixed(1)} kB`).join(', ');
	const ours = held.get('tandem');
	return [
		{
			what: 'Memory of an idle connection (PSS after garbage collection)',
			goal: '≤ 16 kB',
			figure: figure('connection'),
			holds: (ours?.connection ?? Number.NaN) <= 16
		},
		{
			what: 'Memory of an idle loaded deal with all fields and 2 kB of notes',
			goal: '≤ 12 kB',
			figure: figure('record'),
			holds: (ours?.record ?? Number.NaN) <= 12
		},
		{
			what: 'The same deal with its one reader still there, when nobody has edited it for a minute',
			goal: '≤ 12 kB',
			figure: `tandem ${rested.toFixed(1)} kB`,
			holds: rested <= 12
		}
	];
}

/** Deals as people leave them: every field filled, and notes of 2 kB. */
async function fill({ sql }: Site, deals: readonly string[]): Promise<void> {
	const sentence =
		'They want an offer for the second hall by Friday, with delivery and the crane. ';
	const paragraphs = Array.from({ length: 5 }, () => ({
		type: 'paragraph',
		content: [{ type: 'text', text: sentence.repeat(5) }]
	}));
	await sql`update deals set notes = ${sql.json({ type: 'doc', content: paragraphs })},
		next_step = 'Call about the offer', amount_minor = 129900, currency = 'EUR'
		where id = any(${[...deals]})`;
}
