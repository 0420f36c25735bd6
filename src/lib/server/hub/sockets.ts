import type { RawData, WebSocket } from 'ws';
import type { LiveSocket } from './live.ts';
import type { Wire } from './peer.ts';

/** A socket as rooms and live hints see it. There are thousands: nothing is kept that is not needed. */
export class Line implements Wire, LiveSocket {
	readonly #ws: WebSocket;

	constructor(ws: WebSocket) {
		this.#ws = ws;
	}

	get bufferedAmount(): number {
		return this.#ws.bufferedAmount;
	}

	send(frame: Uint8Array | string): void {
		this.#ws.send(frame);
	}

	close(code: number, reason: string): void {
		this.#ws.close(code, reason);
	}

	terminate(): void {
		this.#ws.terminate();
	}
}

/** One message of `ws`, whatever form it came in. */
export function bytesOf(data: RawData): Uint8Array {
	if (Array.isArray(data)) return Buffer.concat(data);
	return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** Pings every socket; one that did not answer the ping before is cut off. */
export class Pulse {
	readonly #silent = new WeakSet<WebSocket>();

	watch(ws: WebSocket): void {
		ws.on('pong', () => this.#silent.delete(ws));
	}

	beat(sockets: Iterable<WebSocket>): void {
		for (const ws of sockets) {
			if (this.#silent.has(ws)) {
				ws.terminate();
			} else {
				this.#silent.add(ws);
				ws.ping();
			}
		}
	}
}
