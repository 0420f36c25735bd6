import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import type { Dialect, Sync } from './dialects.ts';
import { summarise, type Summary } from './measure.ts';

export interface Place {
	readonly url: string;
	readonly room: string;
	readonly headers?: Record<string, string>;
}

export interface CrowdOptions {
	readonly dialect: Dialect;
	/** The raw server answers nothing. */
	readonly isSilent?: boolean;
	/** Comes back after a lost connection, with the waits of y-websocket. */
	readonly comesBack?: boolean;
	readonly places: readonly Place[];
}

/** Field of the n-th client of a room that types; two people never type in the same one. */
const FIELDS = ['nextStep', 'name'] as const;
const STEP = 'Step ';
const DIGITS = 7;
const OPENING_AT_ONCE = 100;
const LAST_WORD_MS = 5_000;

/** Many clients of one server. Two of each room type; all others only listen. */
export class Crowd {
	readonly #options: CrowdOptions;
	readonly #typists: { readonly client: Client; readonly field: string }[] = [];
	readonly #clients: Client[] = [];
	/** When each edit of this run was due, by number, and how often it has been seen. */
	#due: number[] = [];
	#seen: number[] = [];
	#late: number[] = [];
	#first = 0;

	constructor(options: CrowdOptions) {
		this.#options = options;
	}

	/** Opens all sockets and waits until each has been told the state of its room. */
	async open(): Promise<void> {
		const perRoom = new Map<string, number>();
		const { places } = this.#options;
		for (let at = 0; at < places.length; at += OPENING_AT_ONCE) {
			const some = places.slice(at, at + OPENING_AT_ONCE).map((place) => {
				const index = perRoom.get(place.room) ?? 0;
				perRoom.set(place.room, index + 1);
				const client: Client = new Client(place, this.#options, (frame) =>
					this.#hear(client, frame)
				);
				this.#clients.push(client);
				const field = FIELDS[index];
				if (field) this.#typists.push({ client, field });
				return client;
			});
			await Promise.all(some.map(({ ready }) => ready));
		}
	}

	/**
	 * Types at a fixed rate whether or not anything arrives, and counts from the moment each edit was due to
	 * its arrival at each of the others. Says how many arrivals are missing or too many.
	 */
	async type(rate: number, seconds: number): Promise<Summary & { readonly missing: number }> {
		this.#first += this.#due.length;
		[this.#due, this.#seen, this.#late] = [[], [], []];
		const started = performance.now();
		const total = rate * seconds;
		while (this.#due.length < total) {
			const due = Math.min(total, Math.ceil(((performance.now() - started) / 1000) * rate));
			while (this.#due.length < due) this.#typeNext(started, rate);
			await wait(1);
		}
		const expected = total * (this.#clients.length / this.#rooms() - 1);
		const deadline = performance.now() + LAST_WORD_MS;
		while (this.#late.length < expected && performance.now() < deadline) await wait(10);
		const others = this.#clients.length / this.#rooms() - 1;
		const missing = this.#seen.reduce((sum, times) => sum + Math.abs(others - times), 0);
		return { ...summarise(this.#late), missing };
	}

	/** Resolves when every client that was cut off has the state of its room again. */
	async back(): Promise<void> {
		await Promise.all(this.#clients.map((client) => client.back()));
	}

	close(): void {
		for (const client of this.#clients) client.close();
	}

	#rooms(): number {
		return new Set(this.#options.places.map(({ room }) => room)).size;
	}

	#typeNext(started: number, rate: number): void {
		const index = this.#due.length;
		const number = this.#first + index;
		const typist = this.#typistOf(number);
		if (!typist) throw new Error('nobody types');
		this.#due.push(started + (index / rate) * 1000);
		this.#seen.push(0);
		typist.client.type(typist.field, STEP + String(number).padStart(DIGITS, '0'));
	}

	#typistOf(number: number) {
		return this.#typists[(number * STRIDE) % this.#typists.length];
	}

	/** A frame may carry several edits: a server may put what waits into one. */
	#hear(client: Client, frame: Buffer): void {
		const now = performance.now();
		for (let at = frame.indexOf(STEP); at >= 0; at = frame.indexOf(STEP, at + 1)) {
			const from = at + STEP.length;
			const number = Number(frame.toString('latin1', from, from + DIGITS));
			const index = number - this.#first;
			const due = this.#due[index];
			// Whoever typed it knows already; some servers tell him all the same.
			if (due === undefined || this.#typistOf(number)?.client === client) continue;
			this.#late.push(now - due);
			this.#seen[index] = (this.#seen[index] ?? 0) + 1;
		}
	}
}

/** Prime to the number of typists: neighbours in time are not in the same room. */
const STRIDE = 7;

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_500;

class Client {
	/** Settled by the first connection. */
	readonly ready: Promise<void>;
	readonly #place: Place;
	readonly #options: CrowdOptions;
	readonly #hear: (frame: Buffer) => void;
	#socket: WebSocket | null = null;
	/** Only those who type need one. */
	#doc: Y.Doc | null = null;
	#state: Uint8Array | null = null;
	#isClosing = false;
	#waits = 0;
	#back = Promise.withResolvers<void>();

	constructor(place: Place, options: CrowdOptions, hear: (frame: Buffer) => void) {
		this.#place = place;
		this.#options = options;
		this.#hear = hear;
		this.ready = this.#back.promise;
		this.#connect();
	}

	back(): Promise<void> {
		return this.#back.promise;
	}

	type(field: string, value: string): void {
		this.#doc ??= this.#open();
		this.#doc.once('update', (bytes: Uint8Array) => this.#say({ step: 'update', bytes }));
		this.#doc.getMap('f').set(field, value);
	}

	close(): void {
		this.#isClosing = true;
		this.#socket?.terminate();
	}

	#connect(): void {
		const { dialect, isSilent = false } = this.#options;
		const { url, headers, room } = this.#place;
		const options = { perMessageDeflate: false, ...(headers ? { headers } : {}) };
		const socket = new WebSocket(url, options);
		this.#socket = socket;
		let isIn = false;
		const enter = () => {
			isIn = true;
			this.#waits = 0;
			this.#back.resolve();
		};
		socket.binaryType = 'nodebuffer';
		socket.on('error', () => {}); // what counts is that it closes
		socket.on('close', (code) => this.#lost(code));
		socket.on('open', () => {
			for (const frame of isSilent ? [] : dialect.hello(room)) socket.send(frame);
			if (isSilent) enter();
		});
		socket.on('message', (frame: Buffer) => {
			if (isIn) this.#hear(frame);
			else if (this.#shakeHands(frame)) enter();
		});
	}

	#lost(code: number): void {
		if (this.#isClosing) return;
		if (!this.#options.comesBack) throw new Error(`a socket was closed with ${code}`);
		// Whoever asks from now on means the next time it is in.
		if (this.#waits === 0) this.#back = Promise.withResolvers();
		const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#waits++);
		setTimeout(() => this.#connect(), wait);
	}

	#open(): Y.Doc {
		const doc = new Y.Doc();
		if (this.#state) Y.applyUpdate(doc, this.#state);
		return doc;
	}

	/** Answers that it has nothing that the server lacks; true once it has the server's state. */
	#shakeHands(frame: Buffer): boolean {
		const sync = this.#options.dialect.read(frame);
		if (sync?.step === 'ask') this.#say({ step: 'answer', bytes: Uint8Array.of(0, 0) });
		if (sync?.step !== 'answer') return false;
		// The frame is part of a larger buffer, which must not be kept.
		this.#state = Uint8Array.from(sync.bytes);
		return true;
	}

	#say(sync: Sync): void {
		this.#socket?.send(this.#options.dialect.write(this.#place.room, sync));
	}
}
