import type { Random } from './random.ts';
import type { Appointment, VirtualClock } from './virtual-clock.ts';

interface End {
	/** A frame has come over the line. */
	hear(frame: Uint8Array): void;
	/** The line is gone, as far as this side knows. */
	lost(code: number): void;
}

/** A frame, or the news that it is over. */
interface Parcel {
	readonly at: number;
	readonly isEnd: boolean;
	readonly deliver: () => void;
}

/** How long a frame is under way, in ms. */
export interface Weather {
	readonly least: number;
	readonly jitter: number;
}

/**
 * One connection between a tab and a hub. What goes in at one end comes out at the other, whole and in
 * order, or not at all; how long it takes and when each side learns of the end, chance decides.
 */
export class Line {
	readonly client: Direction;
	readonly server: Direction;
	readonly #random: Random;

	/** `chance` says how bad the next frame's way is, in [0, 1). */
	constructor(clock: VirtualClock, random: Random, weather: Weather, chance = () => random.next()) {
		this.#random = random;
		const delay = () => weather.least + chance() * weather.jitter;
		this.client = new Direction(clock, delay);
		this.server = new Direction(clock, delay);
	}

	/** Both sides hear this much later; nothing is lost. */
	stall(ms: number): void {
		this.client.hold(ms);
		this.server.hold(ms);
	}

	/** The client hangs up. What it has sent still arrives, or is lost with the line. */
	hangUp(): void {
		this.client.cut();
		if (this.#random.chance(0.5)) this.server.cut();
		this.server.end(1006, this.#random.next() * 3_000);
	}

	/** The hub closes with a code: the client gets everything before it, and then the code. */
	close(code: number): void {
		this.client.end(code, 0);
		this.server.cut();
		this.server.end(1006, this.#random.next() * 100);
	}

	/** The hub's process is gone: what was under way to the client may still come. */
	die(): void {
		this.server.cut();
		if (this.#random.chance(0.5)) this.client.cut();
		this.client.end(1006, this.#random.next() * 2_000);
	}

	get isIdle(): boolean {
		return this.client.isEmpty && this.server.isEmpty;
	}
}

/** One way of a line, ending at the side that listens. */
class Direction {
	#end: End | null = null;
	#queue: Parcel[] = [];
	#last = 0;
	#due: Appointment | null = null;
	#open = true;
	readonly #clock: VirtualClock;
	readonly #delay: () => number;

	constructor(clock: VirtualClock, delay: () => number) {
		this.#clock = clock;
		this.#delay = delay;
	}

	get isEmpty(): boolean {
		return this.#queue.length === 0;
	}

	listen(end: End): void {
		this.#end = end;
	}

	send(frame: Uint8Array): void {
		if (this.#open) this.#put(this.#delay(), false, () => this.#end?.hear(frame));
	}

	/** Whatever is under way and whatever follows waits so long. */
	hold(ms: number): void {
		this.#last = Math.max(this.#last, this.#clock.now + ms);
		const wait = this.#last;
		this.#queue = this.#queue.map((one) => ({ ...one, at: Math.max(one.at, wait) }));
		this.#plan();
	}

	/** Nothing more comes out but the news of the end. */
	cut(): void {
		this.#queue = this.#queue.filter(({ isEnd }) => isEnd);
		this.#plan();
	}

	/** The listener is told that it is over, after what is under way. */
	end(code: number, inMs: number): void {
		if (!this.#open) return;
		this.#open = false;
		this.#put(inMs, true, () => this.#end?.lost(code));
	}

	#put(inMs: number, isEnd: boolean, deliver: () => void): void {
		this.#last = Math.max(this.#last, this.#clock.now + inMs);
		this.#queue.push({ at: this.#last, isEnd, deliver });
		if (this.#queue.length === 1) this.#plan();
	}

	#plan(): void {
		if (this.#due) this.#due.cancelled = true;
		const first = this.#queue[0];
		this.#due = first
			? this.#clock.at(first.at - this.#clock.now, () => {
					const frame = this.#queue.shift();
					this.#plan();
					frame?.deliver();
				})
			: null;
	}
}
