import * as Y from 'yjs';
import type { KindName } from '#lib/records/kind.ts';
import { CLOSE } from '#lib/records/wire.ts';
import { NotFound } from '../errors.ts';
import { Unavailable } from './port.ts';
import type { InputResult, RecordPort, Replica, RoomInput } from './port.ts';

const ATTEMPTS = 3;

/** The record was given a new document; clients of the old one must start again. */
export class EpochRaised extends Error {
	override readonly name = 'EpochRaised';
}

/**
 * Keeps a room's document equal to what is committed. A document that took part in a failed commit
 * is thrown away and loaded again, so that nothing uncommitted can ever be sent to anybody.
 */
export class Replicator {
	readonly #port: RecordPort;
	readonly #kind: KindName;
	readonly #id: string;
	readonly #retryMs: number;
	#replica: Replica | null = null;
	/** What the sockets of the room have been given. */
	#shared: { readonly epoch: number; readonly rev: number } | null = null;
	#outbox: Uint8Array[] = [];
	#neededAt = Date.now();

	constructor(port: RecordPort, kind: KindName, id: string, retryMs = 50) {
		this.#port = port;
		this.#kind = kind;
		this.#id = id;
		this.#retryMs = retryMs;
	}

	/** The committed document; throws NotFound, EpochRaised or Unavailable. */
	async current(): Promise<Replica> {
		this.#neededAt = Date.now();
		if (this.#replica) return this.#replica;
		const replica = await this.#port.open(this.#kind, this.#id);
		if (this.#shared && this.#shared.epoch !== replica.epoch) throw new EpochRaised(this.#id);
		if (this.#shared && this.#shared.rev !== replica.rev) {
			// The whole of it: what exactly they were given went with the document that was thrown away.
			this.#outbox.push(Y.encodeStateAsUpdate(replica.doc));
		}
		this.#adopt(replica);
		return replica;
	}

	get rev(): number | null {
		return this.#replica?.rev ?? this.#shared?.rev ?? null;
	}

	/** Commits the inputs together; when that fails for a reason in them, one by one, without the guilty. */
	async commit(inputs: readonly RoomInput[]): Promise<readonly InputResult[]> {
		try {
			return await this.#commitTogether(inputs);
		} catch (error) {
			if (isAboutTheRoom(error)) throw error;
			const [only, ...others] = inputs;
			if (!only) return [];
			if (others.length === 0) return [await this.#setAside(only, error)];
			const results: InputResult[] = [];
			for (const input of inputs) results.push(...(await this.commit([input])));
			return results;
		}
	}

	/** Takes in what other processes committed; false when the record is gone. */
	async catchUp(): Promise<boolean> {
		const replica = await this.current();
		try {
			const found = await this.#port.catchUp(this.#kind, this.#id, replica);
			if (found.state === 'current') {
				this.#share(replica, found.update);
				return true;
			}
			this.evict();
			if (found.state === 'gone') return false;
			await this.current();
			return true;
		} catch (error) {
			this.evict();
			throw error;
		}
	}

	/** What somebody lacks who has this much; null when that is no state vector. */
	async missing(stateVector: Uint8Array): Promise<Uint8Array | null> {
		const { doc } = await this.current();
		try {
			return Y.encodeStateAsUpdate(doc, stateVector);
		} catch {
			return null;
		}
	}

	/** Lets go of a document that nobody has needed for so long. */
	rest(quietMs = Infinity): void {
		if (Date.now() - this.#neededAt > quietMs) this.evict();
	}

	/** Committed updates that nobody was sent yet, in order. */
	takeUpdates(): readonly Uint8Array[] {
		const updates = this.#outbox;
		this.#outbox = [];
		return updates;
	}

	evict(): void {
		this.#replica?.doc.destroy();
		this.#replica = null;
	}

	async #commitTogether(inputs: readonly RoomInput[]): Promise<readonly InputResult[]> {
		for (let attempt = 1; ; attempt++) {
			try {
				const replica = await this.current();
				const committed = await this.#port.commit(this.#kind, this.#id, replica, inputs);
				this.#share(replica, committed.update);
				return committed.results;
			} catch (error) {
				this.evict();
				if (!(error instanceof Unavailable) || attempt === ATTEMPTS) throw error;
				await new Promise((resolve) => setTimeout(resolve, this.#retryMs * attempt));
			}
		}
	}

	async #setAside(input: RoomInput, error: unknown): Promise<InputResult> {
		const reason = error instanceof Error ? error.name : 'unknown';
		await this.#port.setAside(this.#kind, this.#id, input, reason);
		return { ok: false, close: CLOSE.malformed, reason: 'this edit cannot be applied' };
	}

	#share(replica: Replica, update: Uint8Array | null): void {
		if (update) this.#outbox.push(update);
		this.#adopt(replica);
	}

	#adopt(replica: Replica): void {
		this.#replica = replica;
		this.#shared = { epoch: replica.epoch, rev: replica.rev };
	}
}

/** With what the sockets of a room are closed whose document could not be had. */
export function farewellOf(error: unknown): { readonly code: number; readonly reason: string } {
	if (error instanceof EpochRaised) return { code: CLOSE.epoch, reason: 'another document' };
	if (error instanceof Unavailable) return { code: CLOSE.unavailable, reason: 'try again' };
	return { code: CLOSE.resync, reason: 'start again' };
}

const isAboutTheRoom = (error: unknown) =>
	error instanceof Unavailable || error instanceof NotFound || error instanceof EpochRaised;
