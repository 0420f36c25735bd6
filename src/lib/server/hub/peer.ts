import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { noticeFrame, type Seen } from './frames.ts';
import { Bucket } from './limits.ts';

/** The part of a WebSocket that the hub uses; tests hand in one of their own. */
export interface Wire {
	readonly bufferedAmount: number;
	send(frame: Uint8Array): void;
	close(code: number, reason: string): void;
	terminate(): void;
}

const MOST_SEEN = 20;

/** One socket of one signed-in person in a record's room. */
export class Peer {
	actor: Actor;
	/** Kept to make the actor anew when rights or sessions change. */
	readonly cookie: string | undefined;
	readonly schemaVersion: number | null;
	readonly epoch: number | null;
	mayWrite = false;
	/** True once the handshake was answered: only then do broadcasts make sense to this client. */
	synced = false;
	/** True once the client has answered the hub's question for its missing edits. */
	introduced = false;
	/** A marker that came before that answer; it is due after it. */
	heldMarker: number | null = null;
	readonly updates = new Bucket(LIMITS.updatesPerSecond, LIMITS.updateBurst);
	readonly awareness = new Bucket(LIMITS.awarenessPerSecond, LIMITS.awarenessPerSecond * 3);
	readonly #wire: Wire;
	#state: 'open' | 'hungUp' | 'dismissed' = 'open';
	#closedWith: number | null = null;
	#ignoresWrites = false;
	readonly #seen = new Map<string, unknown>();

	constructor(
		wire: Wire,
		who: {
			actor: Actor;
			cookie: string | undefined;
			schemaVersion: number | null;
			epoch: number | null;
		}
	) {
		this.#wire = wire;
		this.actor = who.actor;
		this.cookie = who.cookie;
		this.schemaVersion = who.schemaVersion;
		this.epoch = who.epoch;
	}

	get open(): boolean {
		return this.#state === 'open';
	}

	/** True once the hub has shown it the door: what it still had in the mailbox counts no more. */
	get dismissed(): boolean {
		return this.#state === 'dismissed';
	}

	/** True once a write of this peer was ignored: its markers must not be echoed any more. */
	get ignoresWrites(): boolean {
		return this.#ignoresWrites;
	}

	/** Stock clients, which name no version, would only complain about a message they do not know. */
	welcome(epoch: number): void {
		if (this.schemaVersion === null) return;
		this.send(noticeFrame({ type: 'welcome', epoch, mayWrite: this.mayWrite }));
	}

	/** Says that what it wrote was ignored: only a fresh document is right again. */
	ignoreWrites(): void {
		if (this.#ignoresWrites) return;
		this.#ignoresWrites = true;
		this.send(noticeFrame({ type: 'read-only' }));
	}

	/** Goes on as its person is now; true when he has changed his mind about being seen. */
	become(actor: Actor): boolean {
		const turned = Boolean(this.actor.viewsPrivately) !== Boolean(actor.viewsPrivately);
		this.actor = actor;
		return turned;
	}

	/** Goes with the next update; of many fields only the first few. */
	saw({ field, value }: Seen): void {
		if (this.#seen.size < MOST_SEEN) this.#seen.set(field, value);
	}

	takeSeen(): { readonly seen?: Readonly<Record<string, unknown>> } {
		if (this.#seen.size === 0) return {};
		const seen = Object.fromEntries(this.#seen);
		this.#seen.clear();
		return { seen };
	}

	/** Sends a frame; a client that reads too slowly is cut off and will resync. */
	send(frame: Uint8Array): void {
		if (!this.open) return;
		if (this.#wire.bufferedAmount > LIMITS.bufferedBytes) {
			this.#state = 'hungUp';
			this.#wire.terminate();
		} else {
			this.#wire.send(frame);
		}
	}

	/** The code with which it was shown the door. */
	get closedWith(): number | null {
		return this.#closedWith;
	}

	close(code: number, reason: string): void {
		if (!this.open) return;
		this.#state = 'dismissed';
		this.#closedWith = code;
		this.#wire.close(code, reason);
	}

	/** Says that the other side is gone, without another word to it. */
	hungUp(): void {
		if (this.open) this.#state = 'hungUp';
	}

	/** True while the peer keeps to its rate of updates; otherwise it is told to slow down. */
	mayUpdate(): boolean {
		if (this.updates.take()) return true;
		this.close(CLOSE.slowDown, 'too many updates');
		return false;
	}
}
