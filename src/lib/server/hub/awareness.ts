import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { personOf } from '#lib/records/people.ts';
import { LIMITS } from '#lib/records/wire.ts';
import { awarenessFrame } from './frames.ts';
import type { SharedState } from './neighbour-words.ts';
import type { Peer } from './peer.ts';

interface Entry {
	readonly clientId: number;
	readonly clock: number;
	readonly state: Record<string, unknown> | null;
}

interface Presence {
	readonly peer: Peer;
	clock: number;
	/** Added to the client's clock: a state that was hidden is news when it is shown again. */
	shift: number;
	/** The client's state as the hub passes it on: stamped with who it really is. */
	json: string;
}

/** Somebody whose socket is at another web process, as that process has told it. */
interface Elsewhere extends SharedState {
	readonly hub: string;
	readonly heardAt: number;
	readonly userId: string | null;
}

const SILENCE_MS = 40_000;

interface Listeners {
	/** To every socket of the room. */
	broadcast(frame: Uint8Array): void;
	/** To other web processes, and only what this one knows from its own sockets. */
	share(states: readonly SharedState[]): void;
}

/**
 * Who is where in one record. A client speaks only for its own client id, and the hub writes the
 * person's name over whatever the client claims.
 */
export class RoomAwareness {
	readonly #listeners: Listeners;
	readonly #coalesceMs: number;
	readonly #present = new Map<number, Presence>();
	readonly #elsewhere = new Map<number, Elsewhere>();
	readonly #left = new Map<number, number>();
	readonly #dirty = new Set<number>();
	/** Of these, those that other processes must be told. */
	readonly #untold = new Set<number>();
	#timer: NodeJS.Timeout | null = null;

	constructor(listeners: Listeners, coalesceMs = 50) {
		this.#listeners = listeners;
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

	/** Everybody present who lets himself be seen, for a newcomer. */
	everybody(): Uint8Array {
		const states = this.#statesOf([...this.#present.keys(), ...this.#elsewhere.keys()]);
		return encode(states.filter(({ json }) => json !== 'null'));
	}

	/** Everybody whose socket is here, for other web processes. */
	shown(): readonly SharedState[] {
		return [...this.#present.keys()]
			.map((clientId) => this.#stateOf(clientId))
			.filter(({ json }) => json !== 'null');
	}

	/** The peer's person has changed his mind about being seen. */
	turned(peer: Peer): void {
		for (const [clientId, presence] of this.#present) {
			if (presence.peer !== peer) continue;
			presence.shift++;
			this.#touchOwn(clientId);
		}
	}

	/** Takes what another web process tells of its own people. */
	hear(hub: string, states: readonly SharedState[]): void {
		for (const state of states) {
			const { clientId, clock } = state;
			const known = this.#elsewhere.get(clientId);
			if (state.json === 'null') {
				// A person who came back through another process is not taken away by the one he left.
				if (known?.hub === hub) this.#removeElsewhere(known);
			} else if (!known || known.hub === hub || known.clock <= clock) {
				this.#elsewhere.set(clientId, {
					...state,
					hub,
					heardAt: Date.now(),
					userId: userIn(state.json)
				});
				this.#touch(clientId);
			}
		}
	}

	/** Clients say again where they are every quarter of a minute; of one that does not, the end was missed. */
	forgetSilent(): void {
		const deadline = Date.now() - SILENCE_MS;
		for (const one of [...this.#elsewhere.values()]) {
			if (one.heardAt < deadline) this.#removeElsewhere(one);
		}
	}

	/** The other process has nobody here any more. */
	forget(hub: string): void {
		for (const one of [...this.#elsewhere.values()])
			if (one.hub === hub) this.#removeElsewhere(one);
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
		const elsewhere = this.#elsewhere.get(entry.clientId);
		return !elsewhere || elsewhere.userId === peer.actor.id;
	}

	#store(peer: Peer, clientId: number, clock: number, state: Record<string, unknown>): void {
		const { id, name, colour } = personOf(peer.actor);
		// `color` is the spelling that editor carets read.
		const json = JSON.stringify({ ...state, user: { id, name, color: colour } });
		if (json.length > LIMITS.awarenessBytes) return;
		this.#left.delete(clientId);
		const shift = this.#present.get(clientId)?.shift ?? 0;
		this.#present.set(clientId, { peer, clock, shift, json });
		if (!peer.actor.viewsPrivately) this.#touchOwn(clientId);
	}

	#remove(clientId: number, clock: number): void {
		const presence = this.#present.get(clientId);
		if (!presence) return;
		this.#present.delete(clientId);
		this.#left.set(clientId, clock + presence.shift);
		this.#touchOwn(clientId);
	}

	#removeElsewhere({ clientId, clock }: Elsewhere): void {
		this.#elsewhere.delete(clientId);
		this.#left.set(clientId, clock);
		this.#touch(clientId);
	}

	#touchOwn(clientId: number): void {
		this.#untold.add(clientId);
		this.#touch(clientId);
	}

	#touch(clientId: number): void {
		this.#dirty.add(clientId);
		this.#timer ??= setTimeout(() => this.#flush(), this.#coalesceMs);
	}

	#flush(): void {
		this.#timer = null;
		const news = this.#statesOf(this.#dirty);
		this.#listeners.share([...this.#untold].map((clientId) => this.#stateOf(clientId)));
		this.#untold.clear();
		this.#dirty.clear();
		this.#left.clear();
		this.#listeners.broadcast(encode(news));
	}

	/** As it is known here, whoever told it; of two the later. */
	#statesOf(clientIds: Iterable<number>): readonly SharedState[] {
		return [...new Set(clientIds)].map((clientId) => {
			const [own, other] = [this.#stateOf(clientId), this.#elsewhere.get(clientId)];
			return other && (own.json === 'null' || other.clock > own.clock) ? other : own;
		});
	}

	/** As this process's own sockets have told it; of who views privately, that nobody is there. */
	#stateOf(clientId: number): SharedState {
		const presence = this.#present.get(clientId);
		const clock = presence ? presence.clock + presence.shift : (this.#left.get(clientId) ?? 0);
		const isShown = presence && !presence.peer.actor.viewsPrivately;
		return { clientId, clock, json: isShown ? presence.json : 'null' };
	}
}

const encode = (states: readonly SharedState[]) =>
	awarenessFrame(
		encoding.encode((encoder) => {
			encoding.writeVarUint(encoder, states.length);
			for (const { clientId, clock, json } of states) {
				encoding.writeVarUint(encoder, clientId);
				encoding.writeVarUint(encoder, clock);
				encoding.writeVarString(encoder, json);
			}
		})
	);

/** Whose state it is, by the stamp of the process that his socket is at. */
function userIn(json: string): string | null {
	// Written by the hub; whoever can NOTIFY without it can write anything anyway.
	const { user } = JSON.parse(json) as { user?: { id?: string } };
	return user?.id ?? null;
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
