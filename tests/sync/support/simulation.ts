import { seedClientIds } from './seeded-ids.ts';
import * as Y from 'yjs';
import { readValues } from '#lib/records/document.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { CLOSE } from '#lib/records/wire.ts';
import {
	Unavailable,
	type RecordPort,
	type Replica,
	type RoomInput
} from '#lib/server/hub/port.ts';
import { Room } from '#lib/server/hub/room.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { randomEdit, randomForm } from './edits.ts';
import { quietLog } from './people.ts';
import { Random } from './random.ts';
import { SimClient, type Witness } from './sim-client.ts';
import { PEOPLE, type Name, type Subject } from './world.ts';

/** What the script is played on: the engine in memory or on Postgres. */
export interface Stage {
	readonly id: string;
	readonly subject: Subject;
	readonly port: RecordPort;
	/** What a form or a job does, past every room. */
	edit(actor: Actor, edits: readonly Edit[]): Promise<void>;
	/** Sees what leaves the server. */
	readonly witness: Witness;
}

export interface End {
	/** What each client's screen shows at the end. */
	readonly screens: readonly RecordValues[];
	readonly clients: readonly SimClient[];
	readonly stranger: SimClient;
}

const STEPS = 250;
const WEIGHTS = {
	edit: 30,
	up: 26,
	down: 22,
	burst: 6,
	cut: 2,
	join: 6,
	form: 4,
	hint: 5,
	undo: 3,
	restart: 1
};

/** Plays one script: several people, two hubs, bad lines, bad values, forms, restarts; then lets all end well. */
export async function play(seed: number, stage: Stage, steps = STEPS): Promise<End> {
	seedClientIds(new Random(seed));
	const simulation = new Simulation(seed, stage);
	await simulation.begin();
	for (let step = 0; step < steps; step++) await simulation.step();
	return simulation.finish();
}

class Simulation {
	readonly #random: Random;
	readonly #stage: Stage;
	readonly #port: RecordPort;
	readonly #clients: readonly SimClient[];
	readonly #stranger: SimClient;
	#rooms: Room[];

	constructor(seed: number, stage: Stage) {
		this.#random = new Random(seed);
		this.#stage = stage;
		this.#port = shaky(stage.port, this.#random);
		this.#rooms = [this.#room(), this.#room()];
		const cast: Name[] = ['ann', 'bob', 'olga', 'carl', 'cleo', 'ann'];
		this.#clients = cast.map((name) => this.#client(name));
		this.#stranger = this.#client('tina');
	}

	/** Everybody has the record open. */
	async begin(): Promise<void> {
		for (const client of this.#clients) {
			this.#join(client);
			await this.#drain(client);
		}
	}

	async step(): Promise<void> {
		const random = this.#random;
		const client = this.#clients[random.below(this.#clients.length)];
		if (!client) return;
		const { subject } = this.#stage;
		switch (random.weighted(WEIGHTS)) {
			case 'edit':
				// A page takes edits only once its document has come.
				if (client.synced) client.edit(randomEdit(random, subject));
				break;
			case 'undo':
				client.undo.undo();
				client.mark();
				break;
			case 'up':
				client.deliverUp();
				break;
			case 'burst':
				for (let i = random.below(6); i >= 0; i--) client.deliverUp();
				break;
			case 'down':
				for (let i = random.below(4); i >= 0; i--) client.deliverDown();
				break;
			case 'cut':
				client.disconnect();
				break;
			case 'join':
				this.#join(client);
				break;
			case 'form':
				// As many documents are made for it on every stage.
				seedClientIds(new Random(random.clientId()));
				await this.#stage.edit(
					PEOPLE[random.pick<Name>(['ann', 'bob', 'olga', 'carl'])],
					randomForm(random, subject)
				);
				break;
			case 'hint':
				this.#rooms[random.below(this.#rooms.length)]?.committed(null, 'unknown');
				break;
			case 'restart':
				this.#restart(random.below(this.#rooms.length));
		}
		await this.#quiet();
	}

	/** Everybody comes back and every line is good; answers what they then see. */
	async finish(): Promise<End> {
		this.#join(this.#stranger);
		for (let round = 0; round < 40; round++) {
			for (const client of this.#clients) this.#join(client);
			for (const room of this.#rooms) room.committed(null, 'unknown');
			await this.#quiet();
			for (const client of this.#everybody()) await this.#drain(client);
			if (round > 2 && this.#clients.every((client) => client.connected && client.synced)) break;
		}
		const { kind } = this.#stage.subject.serverKind;
		const screens = this.#clients.map(({ doc }) => readValues(doc, kind));
		for (const room of this.#rooms) room.closeAll(CLOSE.restart, 'over');
		return { screens, clients: this.#clients, stranger: this.#stranger };
	}

	#everybody = () => [...this.#clients, this.#stranger];

	async #drain(client: SimClient): Promise<void> {
		while (client.waiting.toServer + client.waiting.toClient > 0) {
			while (client.waiting.toServer > 0) client.deliverUp();
			await this.#quiet();
			while (client.waiting.toClient > 0) client.deliverDown();
		}
	}

	#client(name: Name): SimClient {
		const { subject, witness } = this.#stage;
		return new SimClient(subject.serverKind.kind, PEOPLE[name], this.#random, witness);
	}

	#join(client: SimClient): void {
		if (client.connected) return;
		const index = this.#everybody().indexOf(client) % this.#rooms.length;
		const room = this.#rooms[index];
		if (room) client.connect(room);
	}

	#restart(index: number): void {
		this.#rooms[index]?.closeAll(CLOSE.restart, 'server restarts');
		this.#rooms[index] = this.#room();
	}

	/** A hub whose room gave up opens another when somebody comes. */
	#room(): Room {
		const people = new Map(Object.values(PEOPLE).map((actor) => [actor.id, actor]));
		const { id, subject } = this.#stage;
		return new Room(subject.serverKind.kind.name, id, {
			port: this.#port,
			log: quietLog,
			settings: { idleMs: 1_000_000, awarenessMs: 1_000_000, retryMs: 0 },
			actorOf: async (cookie) => people.get(cookie ?? '') ?? null,
			onPeople() {},
			onUnload: (room) => {
				const index = this.#rooms?.indexOf(room) ?? -1;
				if (index >= 0) this.#rooms[index] = this.#room();
			}
		});
	}

	/** One thing at a time, so that the same script means the same everywhere. */
	async #quiet(): Promise<void> {
		for (const room of [...this.#rooms]) await room.drained();
	}
}

/** A database that is sometimes away: before the commit, or after it and before the answer. */
function shaky(port: RecordPort, random: Random): RecordPort {
	return {
		...port,
		async open(kind, id) {
			const replica = await port.open(kind, id);
			replica.doc.clientID = random.clientId();
			return replica;
		},
		async commit(kind, id, replica, inputs) {
			if (random.chance(0.04)) return goneBefore(replica, inputs);
			const committed = await port.commit(kind, id, replica, inputs);
			if (random.chance(0.03)) throw new Unavailable('answer lost');
			return committed;
		}
	};
}

/** As far as a failing commit gets: the document is changed and nothing is committed. */
function goneBefore(replica: Replica, inputs: readonly RoomInput[]): never {
	for (const { update } of inputs) {
		try {
			Y.applyUpdate(replica.doc, update);
		} catch {
			// hostile bytes
		}
	}
	throw new Unavailable('gone before COMMIT');
}

/** What may never be in a column, by its own field's rules [SYNC I5]. */
export function unsound(
	{ serverKind, referable }: Subject,
	values: RecordValues
): readonly string[] {
	return Object.entries(serverKind.kind.fields).flatMap(([name, field]) => {
		const value = values[name] ?? null;
		const parsed = field.parse(value);
		if (!parsed.ok) return [`${name}: ${parsed.code}`];
		if (JSON.stringify(sorted(parsed.value)) !== JSON.stringify(sorted(value)))
			return [`${name}: not in stored form`];
		const allowed = referable[name];
		const ids = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
		return ids
			.filter((id) => isId(id) && allowed && !allowed.includes(id))
			.map((id) => `${name}: ${id}`);
	});
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)])
	);
}
