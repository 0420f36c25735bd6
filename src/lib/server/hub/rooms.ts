import type { KindName } from '#lib/records/kind.ts';
import { CLOSE } from '#lib/records/wire.ts';
import type { Log } from '../context.ts';
import { heartbeatFrame } from './awareness.ts';
import type { Notification } from './listen.ts';
import { keyOf, type RoomKey } from './neighbour.ts';
import type { RecordPort } from './port.ts';
import { Room, type RoomDeps } from './room.ts';

/** The rooms of this process, one for each record that somebody has open. */
export class Rooms {
	readonly #rooms = new Map<string, Room>();
	readonly #deps: RoomDeps;

	constructor(deps: Omit<RoomDeps, 'onUnload'>) {
		this.#deps = { ...deps, onUnload: (room) => this.#forget(room) };
	}

	room(kind: KindName, id: string): Room {
		const key = keyOf({ kind, id });
		const open = this.#rooms.get(key);
		if (open) return open;
		const room = new Room(kind, id, this.#deps);
		this.#rooms.set(key, room);
		return room;
	}

	/** The room of this record, if anybody here has it open. */
	find(room: RoomKey): Room | null {
		return this.#rooms.get(keyOf(room)) ?? null;
	}

	all(): Iterable<Room> {
		return this.#rooms.values();
	}

	hear({ kind, id, rev, act, topics, moved }: Extract<Notification, { type: 'record' }>): void {
		const room = this.find({ kind: kind as KindName, id }); // a name to whoever does not know it
		if (!room) return;
		const known = room.rev !== null && rev <= room.rev && act === 'edit';
		room.committed(topics, known ? 'known' : 'unknown');
		if (moved) room.recheck(null);
	}

	recheck(userId: string | null): void {
		for (const room of this.#rooms.values()) room.recheck(userId);
	}

	/** The same for everybody in the rooms of one turn; each room has its own among `turns`. */
	recheckInTurn(turn: number, turns: number): void {
		for (const room of this.#rooms.values()) {
			if (turnOf(room, turns) === turn) room.recheck(null);
		}
	}

	/** Hints may be lost: asks the database which open records have moved on. */
	async poll(port: RecordPort, log: Log): Promise<void> {
		for (const room of this.#rooms.values()) room.rest();
		for (const [kind, rooms] of Map.groupBy(this.#rooms.values(), (room) => room.kind)) {
			try {
				const revisions = await port.revisions(
					kind,
					rooms.map((room) => room.id)
				);
				for (const room of rooms) {
					// After a failure a room holds no document, and those who are in it still wait for news.
					if (revisions.get(room.id) !== room.rev) room.committed(null, 'unknown');
				}
			} catch (error) {
				log.warn('poll failed', { error });
			}
		}
	}

	catchUpAll(): void {
		for (const room of this.#rooms.values()) room.committed(null, 'unknown');
	}

	keepAlive(): void {
		for (const room of this.#rooms.values()) room.keepAlive(heartbeatFrame);
	}

	/** Lets every room finish what it was sent, then sends everybody away to come back. */
	async close(): Promise<void> {
		await Promise.all([...this.#rooms.values()].map((room) => room.drained()));
		for (const room of [...this.#rooms.values()]) room.closeAll(CLOSE.restart, 'server restarts');
	}

	#forget(room: Room): void {
		const key = keyOf(room);
		if (this.#rooms.get(key) === room) this.#rooms.delete(key);
		this.#deps.onPeople(room);
	}
}

/** Ids end at random. */
const turnOf = ({ id }: Room, turns: number) => Number.parseInt(id.slice(-6), 16) % turns;
