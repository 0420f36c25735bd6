import net, { type AddressInfo, type Socket } from 'node:net';
import type { Random } from './random.ts';

/** What can be done to a connection that is open. */
export type Strike = 'reset' | 'cut' | 'halfOpen' | 'deaf' | 'stall';

interface Weather {
	/** Each piece of data comes this much later, in ms. */
	readonly delayMs: number;
	/** Bytes a second in each direction; null for as fast as it goes. */
	readonly bytesPerSecond: number | null;
	/** No piece is larger than this: frames arrive in crumbs. */
	readonly crumbBytes: number | null;
}

export const FINE: Weather = { delayMs: 0, bytesPerSecond: null, crumbBytes: null };

/**
 * A bad network on loopback: takes connections on one port, hands each to any of its targets, and on the
 * way delays, throttles, crumbles, stalls, cuts in the middle of a frame, resets, or lets one side believe
 * that the other is still there.
 */
export class FaultProxy {
	weather: Weather = FINE;
	/** Ports of the servers behind; a new connection goes to any that answers. */
	targets: readonly number[];
	readonly struck = new Map<Strike, number>();
	readonly #random: Random;
	readonly #server: net.Server;
	readonly #pairs = new Set<Pair>();

	constructor(targets: readonly number[], random: Random) {
		this.targets = targets;
		this.#random = random;
		this.#server = net.createServer((client) => this.#take(client, [...this.targets]));
	}

	async listen(): Promise<string> {
		await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
		const { port } = this.#server.address() as AddressInfo; // a TCP server has one
		return `127.0.0.1:${port}`;
	}

	get connections(): number {
		return this.#pairs.size;
	}

	/** Does this to one connection, whichever; false when there is none. */
	strike(strike: Strike): boolean {
		const pairs = [...this.#pairs];
		const pair = pairs[this.#random.below(pairs.length)];
		if (!pair) return false;
		pair.strike(strike, this.#random);
		this.struck.set(strike, (this.struck.get(strike) ?? 0) + 1);
		return true;
	}

	/** The network is mended: what was half-open is found to be gone. */
	mend(): void {
		this.weather = FINE;
		for (const pair of [...this.#pairs]) if (pair.isDamaged) pair.reset();
	}

	async close(): Promise<void> {
		for (const pair of [...this.#pairs]) pair.reset();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	/** Tries the targets in an order that chance decides, as somebody behind a balancer gets them. */
	#take(client: Socket, left: number[]): void {
		client.on('error', () => {});
		const [port] = left.splice(this.#random.below(left.length), 1);
		if (port === undefined || client.destroyed) {
			client.resetAndDestroy();
			return;
		}
		const server = net.connect(port, '127.0.0.1');
		const next = () => this.#take(client, left);
		server.once('error', next);
		server.once('connect', () => {
			server.off('error', next);
			server.on('error', () => {});
			const pair = new Pair(client, server, () => this.weather);
			this.#pairs.add(pair);
			pair.onGone(() => this.#pairs.delete(pair));
		});
	}
}

/** One connection through the proxy: two sockets and what flows between them. */
class Pair {
	isDamaged = false;
	readonly #ways: readonly [Way, Way];
	readonly #sockets: readonly [Socket, Socket];

	constructor(client: Socket, server: Socket, weather: () => Weather) {
		this.#sockets = [client, server];
		this.#ways = [new Way(client, server, weather), new Way(server, client, weather)];
		for (const [socket, other] of [
			[client, server],
			[server, client]
		] as const) {
			// A half-open side is not told.
			socket.once('close', () => {
				if (!this.isDamaged) other.destroy();
			});
		}
	}

	onGone(work: () => void): void {
		let open = this.#sockets.length;
		for (const socket of this.#sockets) socket.once('close', () => --open === 0 && work());
	}

	strike(strike: Strike, random: Random): void {
		const [up, down] = this.#ways;
		switch (strike) {
			case 'reset':
				this.reset();
				break;
			case 'cut':
				for (const way of this.#ways) way.cutNext(() => this.reset());
				break;
			case 'halfOpen':
				this.isDamaged = true;
				for (const way of this.#ways) way.swallow();
				break;
			case 'deaf':
				this.isDamaged = true;
				(random.chance(0.5) ? up : down).swallow();
				break;
			case 'stall':
				for (const way of this.#ways) way.hold(200 + random.below(2_000));
		}
	}

	reset(): void {
		for (const socket of this.#sockets) socket.resetAndDestroy();
	}
}

/** One way of a connection. */
class Way {
	readonly #to: Socket;
	readonly #weather: () => Weather;
	#isSwallowing = false;
	#cut: (() => void) | null = null;
	#freeAt = 0;
	#isWaiting = false;
	readonly #queue: { readonly piece: Buffer; readonly due: number }[] = [];

	constructor(from: Socket, to: Socket, weather: () => Weather) {
		this.#to = to;
		this.#weather = weather;
		from.on('data', (data: Buffer) => this.#pass(data));
	}

	swallow(): void {
		this.#isSwallowing = true;
	}

	/** Half of what comes next still goes out. */
	cutNext(then: () => void): void {
		this.#cut = then;
	}

	hold(ms: number): void {
		this.#freeAt = Math.max(this.#freeAt, performance.now() + ms);
	}

	#pass(data: Buffer): void {
		if (this.#isSwallowing) return;
		if (this.#cut) {
			const end = this.#cut;
			this.#isSwallowing = true;
			this.#to.write(data.subarray(0, data.length >> 1), end);
			return;
		}
		const { delayMs, bytesPerSecond, crumbBytes } = this.#weather();
		const size = crumbBytes ?? data.length;
		for (let at = 0; at < data.length; at += size) {
			const piece = data.subarray(at, at + size);
			const due = Math.max(this.#freeAt, performance.now() + delayMs);
			this.#freeAt = due + (bytesPerSecond ? (piece.length / bytesPerSecond) * 1_000 : 0);
			this.#queue.push({ piece, due });
		}
		this.#pump();
	}

	/** Bytes may be late; they are never out of order. */
	#pump(): void {
		for (let next = this.#queue[0]; next; next = this.#queue[0]) {
			const waitMs = next.due - performance.now();
			if (waitMs > 0) {
				if (!this.#isWaiting) this.#later(waitMs);
				return;
			}
			this.#queue.shift();
			if (!this.#isSwallowing && this.#to.writable) this.#to.write(next.piece);
		}
	}

	#later(ms: number): void {
		this.#isWaiting = true;
		setTimeout(() => {
			this.#isWaiting = false;
			this.#pump();
		}, ms).unref();
	}
}
