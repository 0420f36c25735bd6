import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { MESSAGE } from '../src/lib/records/wire.ts';
import { plain, type Sync } from './dialects.ts';
import { ms, summarise } from './measure.ts';
import type { Row } from './report.ts';
import { castFor, startServer } from './servers.ts';
import type { Site } from './site.ts';

const EDITS = 50_000;
/** Of one person in one field: so many fit into one frame, and into one commit. */
const AT_ONCE = 500;
const OPENINGS = 15;
const OPEN_GOAL_MS = 50;
const MERGE_GOAL_MS = 200;
/** Eight hours of somebody who writes notes: a keystroke every two seconds, a field every minute. */
const HOURS = 8;
const KEYSTROKES = HOURS * 1_800;
const FIELDS = HOURS * 60;

/** A record with a long past, and a client that comes back after a long time. */
export async function measureHistory(site: Site, pace: { rounds: number }): Promise<Row[]> {
	const cast = await castFor(site, 200);
	const [old = '', ...others] = cast.deals;
	const opened: number[] = [];
	const merged: number[] = [];
	let server = await startServer('tandem', site, cast);
	try {
		const writer = await Visitor.open(server.crowd(1, 1).places[0]);
		for (let edit = 0; edit < EDITS; edit += AT_ONCE) {
			for (let one = edit; one < edit + AT_ONCE; one++) writer.set('nextStep', `Step ${one}`);
			await writer.saved();
		}
		writer.close();
		for (let opening = 0; opening < OPENINGS; opening++) {
			await server.kill();
			server = await startServer('tandem', site, cast);
			const places = server.crowd(2, 1).places;
			// The first connection of a process pays for what all of them use.
			(await Visitor.open(places[1])).close();
			const started = performance.now();
			const visitor = await Visitor.open(places[0]);
			opened.push(performance.now() - started);
			if (visitor.get('nextStep') !== `Step ${EDITS - 1}`)
				throw new Error(`${old} is not complete`);
			visitor.close();
		}
		const rounds = Math.max(3, pace.rounds);
		const places = server.crowd(others.length + 1, 1).places.slice(2, 2 + rounds);
		for (const place of places) merged.push(await mergeOfADay(place));
	} finally {
		await server.kill();
	}
	const [open, merge] = [summarise(opened), summarise(merged)];
	return [
		{
			what: `Opening a deal with ${EDITS.toLocaleString('en')} past edits that nobody has open, p50 / slowest of ${OPENINGS}`,
			goal: `≤ ${OPEN_GOAL_MS} ms`,
			figure: `${ms(open.p50)} / ${ms(open.max)}`,
			holds: open.p50 <= OPEN_GOAL_MS
		},
		{
			what: `Merging ${HOURS} hours without a line (${KEYSTROKES.toLocaleString('en')} keystrokes in notes, ${FIELDS} changes of fields) until saved, p50 / slowest of ${merged.length}`,
			goal: `≤ ${MERGE_GOAL_MS} ms`,
			figure: `${ms(merge.p50)} / ${ms(merge.max)}`,
			holds: merge.p50 <= MERGE_GOAL_MS
		}
	];
}

async function mergeOfADay(place: Place | undefined): Promise<number> {
	const visitor = await Visitor.open(place);
	for (let key = 0; key < KEYSTROKES; key++) visitor.write(key);
	for (let edit = 0; edit < FIELDS; edit++) visitor.set('nextStep', `Call ${edit}`);
	const started = performance.now();
	await visitor.saved('replay');
	const took = performance.now() - started;
	visitor.close();
	const again = await Visitor.open(place);
	if (again.get('nextStep') !== `Call ${FIELDS - 1}`) throw new Error('the merge is not complete');
	if (again.textLength !== visitor.textLength) throw new Error('some of the text is missing');
	again.close();
	return took;
}

type Place = ReturnType<Awaited<ReturnType<typeof startServer>>['crowd']>['places'][number];

const LETTERS = 'They want an offer for the second hall by Friday, with delivery. ';
const PARAGRAPH = 400;

/** One client with its document, which waits for the word that what it sent is committed. */
class Visitor {
	readonly #doc = new Y.Doc();
	readonly #socket: WebSocket;
	readonly #room: string;
	#known: Uint8Array = new Uint8Array([0]);
	#marker = 0;
	#acked = Promise.withResolvers<void>();
	#synced = Promise.withResolvers<void>();

	private constructor({ url, headers = {}, room }: Place) {
		this.#room = room;
		this.#socket = new WebSocket(url, { headers, perMessageDeflate: false });
		this.#socket.binaryType = 'nodebuffer';
		this.#socket.on('close', (code) => this.#synced.reject(new Error(`closed with ${code}`)));
		this.#socket.on('open', () => {
			for (const frame of plain.hello(room)) this.#socket.send(frame);
		});
		this.#socket.on('message', (frame: Buffer) => this.#hear(frame));
	}

	static async open(place: Place | undefined): Promise<Visitor> {
		if (!place) throw new Error('there are too few deals');
		const visitor = new Visitor(place);
		await visitor.#synced.promise;
		visitor.#known = Y.encodeStateVector(visitor.#doc);
		return visitor;
	}

	get textLength(): number {
		return this.#doc.getXmlFragment('notes').toString().length;
	}

	get(field: string): unknown {
		return this.#doc.getMap('f').get(field);
	}

	set(field: string, value: string): void {
		this.#doc.getMap('f').set(field, value);
	}

	/** The next letter at the end of the notes, with a new paragraph now and then. */
	write(key: number): void {
		const notes = this.#doc.getXmlFragment('notes');
		if (key % PARAGRAPH === 0) {
			const paragraph = new Y.XmlElement('paragraph');
			paragraph.insert(0, [new Y.XmlText()]);
			notes.push([paragraph]);
		}
		const last = notes.get(notes.length - 1) as Y.XmlElement; // notes have paragraphs only
		const text = last.get(0) as Y.XmlText;
		text.insert(text.length, LETTERS[key % LETTERS.length] ?? ' ');
	}

	/** Sends what the server does not have and waits until it is committed. */
	async saved(as: 'live' | 'replay' = 'live'): Promise<void> {
		const bytes = Y.encodeStateAsUpdate(this.#doc, this.#known);
		this.#known = Y.encodeStateVector(this.#doc);
		this.#acked = Promise.withResolvers();
		this.#say({ step: as === 'replay' ? 'answer' : 'update', bytes });
		this.#socket.send(
			encoding.encode((encoder) => {
				encoding.writeVarUint(encoder, MESSAGE.marker);
				encoding.writeVarUint(encoder, ++this.#marker);
			})
		);
		await this.#acked.promise;
	}

	close(): void {
		this.#socket.removeAllListeners('close');
		this.#socket.terminate();
	}

	#hear(frame: Buffer): void {
		if (frame[0] === MESSAGE.marker) return this.#acked.resolve();
		if (frame[0] === MESSAGE.notice) throw new Error(`refused: ${frame.toString('utf8')}`);
		const sync = plain.read(frame);
		if (sync?.step === 'ask') this.#say({ step: 'answer', bytes: Uint8Array.of(0, 0) });
		else if (sync) Y.applyUpdate(this.#doc, sync.bytes);
		if (sync?.step === 'answer') this.#synced.resolve();
	}

	#say(sync: Sync): void {
		this.#socket.send(plain.write(this.#room, sync));
	}
}
