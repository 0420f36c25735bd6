import type { RawData, WebSocket } from 'ws';
import type { LiveSocket } from './live.ts';
import type { Wire } from './peer.ts';

/** A record socket as rooms see it. */
export const wireOf = (ws: WebSocket): Wire => ({
	get bufferedAmount() {
		return ws.bufferedAmount;
	},
	send: (frame) => ws.send(frame),
	close: (code, reason) => ws.close(code, reason),
	terminate: () => ws.terminate()
});

export const liveSocketOf = (ws: WebSocket): LiveSocket => ({
	get bufferedAmount() {
		return ws.bufferedAmount;
	},
	send: (text) => ws.send(text),
	close: (code, reason) => ws.close(code, reason),
	terminate: () => ws.terminate()
});

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
