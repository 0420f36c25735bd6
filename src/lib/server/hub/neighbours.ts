import { randomUUID } from 'node:crypto';
import type { Log } from '../context.ts';
import { isCounted, keyOf, Neighbour, type Ears, type RoomKey } from './neighbour.ts';
import {
	inWords,
	onlineWords,
	readMessage,
	roomWords,
	type Online,
	type RoomElsewhere,
	type SharedState,
	type Word
} from './neighbour-words.ts';

export interface NeighbourDeps {
	readonly log: Log;
	readonly ears: Ears;
	/** So often this process says that it is here; one that is not heard for three of these is gone. */
	readonly beatMs: number;
	readonly coalesceMs: number;
	/** Sends payloads to every web process, this one included, in their order. */
	send(payloads: readonly string[]): Promise<unknown>;
	/** What this process has to tell. */
	own(): { readonly rooms: readonly RoomElsewhere[]; readonly online: readonly Online[] };
}

const PATIENCE = 3.5;

/**
 * The other web processes on this database: which records people have open there, who is online, and
 * where in a record they are. Each tells the others what changes; whoever has missed a word asks, and is
 * told all of it. While there is no other process, nothing is said but that this one is here.
 */
export class Neighbours {
	readonly #deps: NeighbourDeps;
	readonly #name: string = randomUUID();
	readonly #others = new Map<string, Neighbour>();
	readonly #changed = new Map<string, RoomKey>();
	readonly #states = new Map<string, { room: RoomKey; byClient: Map<number, SharedState> }>();
	#toldOnline: ReadonlyMap<string, Online> = new Map();
	#number = 0;
	#sending: Promise<unknown> = Promise.resolve();
	#isAllWanted = false;
	#flushTimer: NodeJS.Timeout | null = null;
	#beatTimer: NodeJS.Timeout | null = null;
	#askedAt = 0;
	#closed = false;

	constructor(deps: NeighbourDeps) {
		this.#deps = deps;
	}

	/** The line is open, for the first time or again: what was said before that is not known. */
	lineOpened(): void {
		if (this.#closed) return;
		this.#beatTimer ??= setInterval(() => this.#beat(), this.#deps.beatMs).unref();
		this.#tellAll();
		this.#ask();
	}

	hear(payload: string): void {
		const said = readMessage(payload);
		if (!said) this.#deps.log.warn('neighbour not understood');
		else if (said.hub !== this.#name && !this.#closed) this.#take(said.hub, said.number, said.word);
	}

	/** The people or the topics of one of this process's records have changed. */
	roomChanged(room: RoomKey): void {
		if (this.#others.size === 0) return;
		this.#changed.set(keyOf(room), room);
		this.#flushSoon();
	}

	onlineChanged(): void {
		if (this.#others.size > 0) this.#flushSoon();
	}

	/** Passes on where this process's people are in a record, if somebody elsewhere has it open. */
	share(room: RoomKey, states: readonly SharedState[]): void {
		if (states.length === 0 || !this.room(room)) return;
		const waiting = this.#states.get(keyOf(room)) ?? { room, byClient: new Map() };
		for (const state of states) waiting.byClient.set(state.clientId, state);
		this.#states.set(keyOf(room), waiting);
		this.#flushSoon();
	}

	/** The record as the other processes have it open; null when none has. */
	room(room: RoomKey): RoomElsewhere | null {
		const found = [...this.#others.values()].flatMap(({ rooms }) => rooms.get(keyOf(room)) ?? []);
		const [first] = found;
		return first ? { ...first, people: found.flatMap(({ people }) => people) } : null;
	}

	rooms(): readonly RoomKey[] {
		return [...this.#others.values()].flatMap(({ rooms }) => [...rooms.values()]);
	}

	online(): readonly Online[] {
		return [...this.#others.values()].flatMap(({ online }) => [...online.values()]);
	}

	/** Says goodbye, so that nobody has to wait for the silence. */
	async close(): Promise<void> {
		if (this.#flushTimer) clearTimeout(this.#flushTimer);
		if (this.#beatTimer) {
			clearInterval(this.#beatTimer);
			this.#say({ type: 'bye' });
		}
		this.#closed = true;
		await this.#sending;
	}

	#take(hub: string, number: number, word: Word): void {
		const known = this.#others.get(hub);
		if (word.type === 'bye') {
			this.#others.delete(hub);
			known?.leave();
			return;
		}
		const neighbour = known ?? new Neighbour(hub, this.#deps.ears);
		this.#others.set(hub, neighbour);
		if (!neighbour.take(number, word)) this.#ask();
		// Until it was known, it was told nothing.
		if (word.type === 'ask' || !known) this.#tellAllSoon();
	}

	#beat(): void {
		const deadline = Date.now() - PATIENCE * this.#deps.beatMs;
		for (const [hub, neighbour] of this.#others) {
			if (neighbour.heardAt >= deadline) continue;
			this.#others.delete(hub);
			neighbour.leave();
		}
		this.#say({ type: 'here' });
	}

	/** Once for all whom this process did not understand; the next beat of one that is left out asks again. */
	#ask(): void {
		if (Date.now() - this.#askedAt < this.#deps.beatMs / 2) return;
		this.#askedAt = Date.now();
		this.#say({ type: 'ask' });
	}

	#tellAllSoon(): void {
		this.#isAllWanted = true;
		this.#flushSoon();
	}

	#tellAll(): void {
		const { rooms, online } = this.#deps.own();
		this.#isAllWanted = false;
		this.#changed.clear();
		this.#toldOnline = byId(online);
		this.#say({ type: 'anew' }, ...roomWords(rooms), ...onlineWords(online), {
			type: 'all'
		});
		// Where everybody is in them may have been missed, too.
		for (const room of rooms) this.#deps.ears.onCompany(room);
	}

	#flushSoon(): void {
		this.#flushTimer ??= setTimeout(() => this.#flush(), this.#deps.coalesceMs);
	}

	#flush(): void {
		this.#flushTimer = null;
		if (this.#isAllWanted) this.#tellAll();
		const words = [...this.#roomNews(), ...this.#onlineNews(), ...this.#stateNews()];
		if (words.length > 0) this.#say(...words);
	}

	#roomNews(): readonly Word[] {
		if (this.#changed.size === 0) return [];
		const open = new Map(this.#deps.own().rooms.map((room) => [keyOf(room), room]));
		const changed = [...this.#changed];
		this.#changed.clear();
		const left = changed.flatMap(([key, { kind, id }]) => (open.has(key) ? [] : [{ kind, id }]));
		return [
			...roomWords(changed.flatMap(([key]) => open.get(key) ?? [])),
			...inWords(left, (rooms) => ({ type: 'left', rooms }))
		];
	}

	#onlineNews(): readonly Word[] {
		const [before, now] = [this.#toldOnline, byId(this.#deps.own().online)];
		this.#toldOnline = now;
		const come = [...now.values()].filter((person) => !isAlike(person, before.get(person.id)));
		const gone = [...before.keys()].filter((id) => !now.has(id)).map((id) => ({ id }));
		return [...onlineWords(come), ...inWords(gone, (people) => ({ type: 'offline', people }))];
	}

	#stateNews(): readonly Word[] {
		const waiting = [...this.#states.values()];
		this.#states.clear();
		return waiting.flatMap(({ room: { kind, id }, byClient }) =>
			inWords([...byClient.values()], (states) => ({ type: 'awareness', kind, id, states }))
		);
	}

	/** One after the other: numbers must arrive in their order. */
	#say(...words: readonly Word[]): void {
		const payloads = words.map((word) => {
			if (isCounted(word)) this.#number++;
			return JSON.stringify({ hub: this.#name, number: this.#number, word });
		});
		this.#sending = this.#sending
			.then(() => this.#deps.send(payloads))
			// Whoever misses it will ask.
			.catch((error: unknown) => this.#deps.log.warn('neighbours not told', { error }));
	}
}

const byId = (people: readonly Online[]) => new Map(people.map((person) => [person.id, person]));

const isAlike = (one: Online, other: Online | undefined) =>
	one.name === other?.name && one.departmentIds.join() === other.departmentIds.join();
