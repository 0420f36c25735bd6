import * as decoding from 'lib0/decoding';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { MESSAGE } from '#lib/records/wire.ts';
import { markerFrame, step1Frame, step2Frame } from '#lib/server/hub/frames.ts';

/** Somebody who is signed in and sends whatever he likes. */
export class Attacker {
	/** How often the server has closed with which code. */
	readonly codes = new Map<number, number>();
	/** Frames that were taken without a word. */
	taken = 0;
	readonly #url: string;
	readonly #cookie: string;
	readonly #host: string;
	#socket: WebSocket | null = null;
	#marker = 2 ** 40;
	#sent = 0;

	constructor(host: string, deal: string, cookie: string) {
		this.#host = host;
		this.#url = `ws://${host}/ws/record/deal/${deal}`;
		this.#cookie = cookie;
	}

	/** Sends the frame and waits for what comes of it: the code that the server closed with, or null. */
	async send(frame: Uint8Array): Promise<number | null> {
		// Below what one socket may send at once.
		if (this.#sent++ % 60 === 59) this.hangUp();
		const socket = await this.#open();
		const number = ++this.#marker;
		const outcome = new Promise<number | null>((resolve) => {
			const hear = (data: Buffer) => {
				const decoder = decoding.createDecoder(new Uint8Array(data));
				if (decoding.readVarUint(decoder) !== MESSAGE.marker) return;
				if (decoding.readVarUint(decoder) === number) done(null);
			};
			const done = (code: number | null) => {
				socket.off('message', hear);
				socket.off('close', done);
				resolve(code);
			};
			socket.on('message', hear);
			socket.once('close', done);
		});
		socket.send(frame);
		if (socket.readyState === socket.OPEN) socket.send(markerFrame(number));
		const code = await outcome;
		if (code === null) this.taken++;
		else this.#closed(code);
		return code;
	}

	hangUp(): void {
		this.#socket?.terminate();
		this.#socket = null;
	}

	#closed(code: number): void {
		this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
		this.#socket = null;
	}

	async #open(): Promise<WebSocket> {
		if (this.#socket) return this.#socket;
		const headers = { cookie: this.#cookie };
		const socket = new WebSocket(this.#url, { headers, origin: `http://${this.#host}` });
		socket.on('error', () => {});
		await new Promise((resolve, reject) => socket.once('open', resolve).once('close', reject));
		socket.send(step1Frame(Y.encodeStateVector(new Y.Doc())));
		socket.send(step2Frame(Y.encodeStateAsUpdate(new Y.Doc())));
		this.#socket = socket;
		return socket;
	}
}
