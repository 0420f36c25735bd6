import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { personOf } from '#lib/records/people.ts';
import { LIMITS } from '#lib/records/wire.ts';
import { awarenessFrame } from './frames.ts';
import type { Peer } from './peer.ts';

interface Entry {
	readonly clientId: number;
	readonly clock: number;
	readonly state: Record<string, unknown> | null;
}

interface Presence {
	readonly peer: Peer;
	clock: number;
	/** The client's state as the hub passes it on: stamped with who it really is. */
	json: string;
}

/**
 * Who is where in one record. A client speaks only for its own client id, and the hub writes the
 * person's name over whatever the client claims.
 */
export class RoomAwareness {
	readonly #broadcast: (frame: Uint8Array) => void;
	readonly #coalesceMs: number;
	readonly #present = new Map<number, Presence>();
	readonly #left = new Map<number, number>();
	readonly #dirty = new Set<number>();
	#timer: NodeJS.Timeout | null = null;

	constructor(broadcast: (frame: Uint8Array) => void, coalesceMs = 50) {
		this.#broadcast = broadcast;
		this.#coalesceMs = coalesceMs;
	}

	/** Takes a client's message; false when it is not awareness at all. Entries of others are only its echo. */
	receive(peer: Peer, update: Uint8Array): boolean {
		const entries = readEntries(update);
		if (!entries) return false;
		const own = entries.find((entry) => this.#isOwn(peer, entry));
		if (!own || !peer.awareness.take()) return true;
		if (own.state === null) {
			this.#remove(own.clientId, own.clock);
		} else {
			this.#store(peer, own.clientId, own.clock, own.state);
		}
		return true;
	}

	/** Everybody present, for a newcomer. */
	everybody(): Uint8Array {
		return this.#encode([...this.#present.keys()]);
	}

	leave(peer: Peer): void {
		for (const [clientId, presence] of this.#present) {
			if (presence.peer === peer) this.#remove(clientId, presence.clock);
		}
	}

	close(): void {
		if (this.#timer) clearTimeout(this.#timer);
	}

	/** The first id that a socket speaks for is its own, unless another person holds it. */
	#isOwn(peer: Peer, entry: Entry): boolean {
		const holder = this.#present.get(entry.clientId)?.peer;
		if (holder === peer) return true;
		if (entry.state === null) return false;
		if (holder?.open && holder.actor.id !== peer.actor.id) return false;
		for (const presence of this.#present.values()) if (presence.peer === peer) return false;
		return true;
	}

	#store(peer: Peer, clientId: number, clock: number, state: Record<string, unknown>): void {
		const { id, name, colour } = personOf(peer.actor);
		// `color` is the spelling that editor carets read.
		const json = JSON.stringify({ ...state, user: { id, name, color: colour } });
		if (json.length > LIMITS.awarenessBytes) return;
		this.#left.delete(clientId);
		this.#present.set(clientId, { peer, clock, json });
		this.#touch(clientId);
	}

	#remove(clientId: number, clock: number): void {
		if (!this.#present.delete(clientId)) return;
		this.#left.set(clientId, clock);
		this.#touch(clientId);
	}

	#touch(clientId: number): void {
		this.#dirty.add(clientId);
		this.#timer ??= setTimeout(() => this.#flush(), this.#coalesceMs);
	}

	#flush(): void {
		this.#timer = null;
		const frame = this.#encode([...this.#dirty]);
		this.#dirty.clear();
		this.#left.clear();
		this.#broadcast(frame);
	}

	#encode(clientIds: readonly number[]): Uint8Array {
		const update = encoding.encode((encoder) => {
			encoding.writeVarUint(encoder, clientIds.length);
			for (const clientId of clientIds) {
				const presence = this.#present.get(clientId);
				encoding.writeVarUint(encoder, clientId);
				encoding.writeVarUint(encoder, presence?.clock ?? this.#left.get(clientId) ?? 0);
				encoding.writeVarString(encoder, presence?.json ?? 'null');
			}
		});
		return awarenessFrame(update);
	}
}

/** A message without news: tells a quiet client that the line still works. */
export const heartbeatFrame = awarenessFrame(Uint8Array.of(0));

function readEntries(update: Uint8Array): readonly Entry[] | null {
	try {
		const decoder = decoding.createDecoder(update);
		return Array.from({ length: Math.min(decoding.readVarUint(decoder), 1000) }, () => ({
			clientId: decoding.readVarUint(decoder),
			clock: decoding.readVarUint(decoder),
			state: asState(JSON.parse(decoding.readVarString(decoder)))
		}));
	} catch {
		return null; // truncated, or not JSON
	}
}

const asState = (state: unknown): Record<string, unknown> | null =>
	typeof state === 'object' && state !== null ? { ...state } : null;
