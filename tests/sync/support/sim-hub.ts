import type { KindName } from '#lib/records/kind.ts';
import { CLOSE, MESSAGE } from '#lib/records/wire.ts';
import { Peer, type Wire } from '#lib/server/hub/peer.ts';
import type { RecordPort } from '#lib/server/hub/port.ts';
import { Rooms } from '#lib/server/hub/rooms.ts';
import type { Notification } from '#lib/server/hub/listen.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { Line } from './line.ts';
import { quietLog } from './people.ts';
import type { SimClient } from './sim-client.ts';
import type { SimProcess, VirtualClock } from './virtual-clock.ts';

export interface HubDeps {
	readonly kind: KindName;
	readonly id: string;
	readonly clock: VirtualClock;
	readonly port: RecordPort;
	/** Real timers would stand still in a simulation that waits for the database. */
	readonly timers: boolean;
	actorOf(cookie: string | undefined): Promise<Actor | null>;
	/** A frame with somebody's data goes out. */
	leaving(client: SimClient, frame: Uint8Array): void;
	/** Something that must be over before a sequential script goes on. */
	track(work: Promise<unknown>): void;
}

const EVERY = { recheck: 60_000, poll: 30_000, beat: 20_000 };

/** A web process: the rooms of the product, with lines in place of sockets and the clock of the simulation. */
export class SimHub {
	readonly process: SimProcess;
	readonly rooms: Rooms;
	protected readonly deps: HubDeps;
	readonly #lines = new Set<Line>();

	constructor(process: SimProcess, deps: HubDeps) {
		this.process = process;
		this.deps = deps;
		const settings = deps.timers
			? { idleMs: 20_000, awarenessMs: 50, retryMs: 50 }
			: { idleMs: 1_000_000, awarenessMs: 1_000_000, retryMs: 0 };
		this.rooms = new Rooms({
			...{ port: deps.port, log: quietLog, settings, onPeople() {} },
			actorOf: (cookie) => deps.actorOf(cookie)
		});
		this.#every(EVERY.recheck, () => this.rooms.recheck(null));
		this.#every(EVERY.poll, () => deps.track(this.rooms.poll(deps.port, quietLog)));
		this.#every(EVERY.beat, () => this.rooms.keepAlive());
	}

	get alive(): boolean {
		return this.process.alive;
	}

	/** A tab has dialled. */
	async accept(line: Line, client: SimClient): Promise<void> {
		this.#lines.add(line);
		const early: Uint8Array[] = [];
		const { cookie, epoch } = client;
		line.server.listen({
			hear: (frame) => void early.push(frame),
			lost: () => void this.#lines.delete(line)
		});
		const actor = await this.deps.actorOf(cookie);
		if (!this.alive) return;
		if (!actor) {
			line.close(CLOSE.signedOut);
			return;
		}
		const peer = new Peer(this.wire(line, client), { actor, cookie, schemaVersion: 1, epoch });
		const room = this.rooms.room(this.deps.kind, this.deps.id);
		this.#do(() => room.join(peer));
		const hear = (frame: Uint8Array) => this.#do(() => this.receive(peer, frame, room));
		for (const frame of early) hear(frame);
		line.server.listen({
			hear,
			lost: () => {
				this.#lines.delete(line);
				this.#do(() => room.leave(peer));
			}
		});
	}

	hear(notification: Notification): void {
		this.#do(() => {
			if (notification.type === 'record') this.rooms.hear(notification);
			else if (notification.type !== 'topic') this.rooms.recheck(notification.user);
		});
	}

	/** The line to the database was down and is back: whatever was said meanwhile is lost. */
	resync(): void {
		this.#do(() => {
			this.rooms.catchUpAll();
			this.rooms.recheck(null);
		});
	}

	/** SIGTERM: lets rooms finish, sends everybody away to come back. */
	async stop(): Promise<void> {
		await this.deps.clock.as(this.process, () => this.rooms.close());
		this.process.alive = false;
		for (const line of this.#lines) line.die();
	}

	/** kill -9. */
	kill(): void {
		this.process.alive = false;
		for (const line of this.#lines) line.die();
	}

	/** Mutants begin here. */
	protected receive(
		peer: Peer,
		frame: Uint8Array,
		room: { receive(peer: Peer, frame: Uint8Array): void }
	): void {
		room.receive(peer, frame);
	}

	protected wire(line: Line, client: SimClient): Wire {
		return {
			bufferedAmount: 0,
			send: (frame) => {
				if (!this.alive) return;
				if (frame[0] === MESSAGE.sync && frame[1] !== 0) this.deps.leaving(client, frame);
				line.client.send(frame);
			},
			close: (code, reason) => {
				client.reason = reason;
				this.#close(line, code);
			},
			terminate: () => this.#close(line, 1006)
		};
	}

	#close(line: Line, code: number): void {
		if (this.alive) line.close(code);
	}

	#do(work: () => void): void {
		if (this.alive) this.deps.clock.as(this.process, work);
	}

	#every(ms: number, work: () => void): void {
		this.deps.clock.at(ms, () => {
			if (!this.alive) return;
			this.#do(work);
			this.#every(ms, work);
		});
	}
}
