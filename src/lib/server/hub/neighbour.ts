import type { KindName } from '#lib/records/kind.ts';
import type { Online, RoomElsewhere, SharedState, Word } from './neighbour-words.ts';

export interface RoomKey {
	readonly kind: KindName;
	readonly id: string;
}

export const keyOf = ({ kind, id }: RoomKey): string => `${kind}/${id}`;

/** Who wants to know what neighbours say. */
export interface Ears {
	onRoom(room: RoomKey): void;
	onOnline(): void;
	/** Where people are in a record, as told by this hub; null when it has the record open no more. */
	onStates(hub: string, room: RoomKey, states: readonly SharedState[] | null): void;
	/** The record is open here and there, or may be: whoever is there must be told who is here. */
	onCompany(room: RoomKey): void;
}

/** Words that change what is known of the one who says them; the others only repeat the number. */
export const isCounted = ({ type }: Word): boolean => !['here', 'ask', 'bye'].includes(type);

/** What one other web process has told of its people. */
export class Neighbour {
	heardAt = Date.now();
	readonly rooms = new Map<string, RoomElsewhere>();
	readonly online = new Map<string, Online>();
	readonly #hub: string;
	readonly #ears: Ears;
	/** Of the last word; null when it is not known how it began, or one was missed. */
	#number: number | null = null;
	/** What was known before it began anew and has not been said again. */
	#unconfirmed: { readonly rooms: Map<string, RoomKey>; readonly online: Set<string> } | null =
		null;

	constructor(hub: string, ears: Ears) {
		this.#hub = hub;
		this.#ears = ears;
	}

	/** Takes in what it says; false when something is missing and it has to tell all of it again. */
	take(number: number, word: Word): boolean {
		this.heardAt = Date.now();
		if (word.type === 'anew') {
			this.#number = number;
			this.#unconfirmed = { rooms: new Map(this.rooms), online: new Set(this.online.keys()) };
			return true;
		}
		const isNews = isCounted(word);
		if (this.#number === null || number !== this.#number + (isNews ? 1 : 0)) {
			this.#number = null;
			return false;
		}
		this.#number = number;
		this.#learn(word);
		return true;
	}

	/** It is gone, and its people with it. */
	leave(): void {
		for (const room of [...this.rooms.values()]) this.#close(room);
		this.#signOff([...this.online.keys()]);
	}

	#learn(word: Word): void {
		switch (word.type) {
			case 'rooms':
				// Kinds are names to whoever does not know them.
				for (const room of word.rooms) this.#open(room as RoomElsewhere);
				break;
			case 'left':
				for (const room of word.rooms) this.#close(room as RoomKey);
				break;
			case 'online':
				for (const person of word.people) {
					this.online.set(person.id, person);
					this.#unconfirmed?.online.delete(person.id);
				}
				this.#ears.onOnline();
				break;
			case 'offline':
				this.#signOff(word.people.map(({ id }) => id));
				break;
			case 'all':
				this.#drop();
				break;
			case 'awareness':
				this.#ears.onStates(this.#hub, word as RoomKey, word.states);
				break;
			case 'anew':
			case 'here':
			case 'ask':
			case 'bye':
				break;
		}
	}

	#open(room: RoomElsewhere): void {
		const isNew = !this.rooms.has(keyOf(room));
		this.rooms.set(keyOf(room), room);
		this.#unconfirmed?.rooms.delete(keyOf(room));
		this.#ears.onRoom(room);
		if (isNew) this.#ears.onCompany(room);
	}

	#drop(): void {
		const { rooms = new Map<string, RoomKey>(), online = [] } = this.#unconfirmed ?? {};
		this.#unconfirmed = null;
		for (const room of rooms.values()) this.#close(room);
		this.#signOff([...online]);
	}

	#signOff(people: readonly string[]): void {
		if (people.length === 0) return;
		for (const id of people) this.online.delete(id);
		this.#ears.onOnline();
	}

	#close(room: RoomKey): void {
		if (!this.rooms.delete(keyOf(room))) return;
		this.#ears.onStates(this.#hub, room, null);
		this.#ears.onRoom(room);
	}
}
