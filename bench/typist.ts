import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';
import { MESSAGE, type Notice } from '../src/lib/records/wire.ts';

/** A client that edits one field of a deal and waits for the echo of its marker, which comes after COMMIT. */
export class Typist {
	readonly #socket: WebSocket;
	readonly #doc = new Y.Doc();
	readonly #waiting = new Map<number, (at: number) => void>();
	#sent = 0;
	#isClosing = false;
	/** Rejects when the socket fails, at any time. */
	readonly failed: Promise<never>;
	readonly ready: Promise<void>;

	constructor(url: string, cookie: string, origin: string) {
		this.#socket = new WebSocket(url, { headers: { cookie }, origin, perMessageDeflate: false });
		this.#socket.binaryType = 'nodebuffer';
		const { promise, reject } = Promise.withResolvers<never>();
		this.failed = promise;
		this.#socket.on('error', reject);
		this.#socket.on('close', (code) => {
			if (!this.#isClosing) reject(new Error(`the hub closed a socket with ${code}`));
		});
		this.ready = new Promise((resolve) => {
			this.#socket.on('open', () => {
				this.#sync((encoder) => syncProtocol.writeSyncStep1(encoder, this.#doc));
			});
			this.#socket.on('message', (bytes: Buffer) => {
				if (this.#receive(bytes)) resolve();
			});
		});
	}

	/** Sets the field; resolves with the time at which the edit was known to be committed. */
	type(field: string, value: string): Promise<number> {
		const number = ++this.#sent;
		this.#doc.once('update', (update: Uint8Array) => {
			this.#sync((encoder) => syncProtocol.writeUpdate(encoder, update));
		});
		this.#doc.getMap('f').set(field, value);
		this.#send((encoder) => {
			encoding.writeVarUint(encoder, MESSAGE.marker);
			encoding.writeVarUint(encoder, number);
		});
		return new Promise((resolve) => this.#waiting.set(number, resolve));
	}

	/** What the field holds in this client's document. */
	read(field: string): unknown {
		return this.#doc.getMap('f').get(field);
	}

	close(): void {
		this.#isClosing = true;
		this.#socket.close();
	}

	#send(write: (encoder: encoding.Encoder) => void): void {
		this.#socket.send(encoding.encode(write));
	}

	#sync(write: (encoder: encoding.Encoder) => void): void {
		this.#send((encoder) => {
			encoding.writeVarUint(encoder, MESSAGE.sync);
			write(encoder);
		});
	}

	/** True when the server's state has arrived. */
	#receive(bytes: Uint8Array): boolean {
		const decoder = decoding.createDecoder(bytes);
		const type = decoding.readVarUint(decoder);
		if (type === MESSAGE.marker) this.#echoed(decoding.readVarUint(decoder));
		if (type === MESSAGE.notice) this.#heed(decoding.readVarString(decoder));
		if (type !== MESSAGE.sync) return false;
		const answer = encoding.createEncoder();
		encoding.writeVarUint(answer, MESSAGE.sync);
		const step = syncProtocol.readSyncMessage(decoder, answer, this.#doc, this);
		if (encoding.length(answer) > 1) this.#socket.send(encoding.toUint8Array(answer));
		return step === syncProtocol.messageYjsSyncStep2;
	}

	/** Two who write one field overtake each other now and then; anything else is a refusal. */
	#heed(notice: string): void {
		const { type } = JSON.parse(notice) as Notice; // our own server wrote it
		if (type !== 'overtaken') throw new Error(`refused: ${notice}`);
	}

	/** A marker answers for everything that was sent before it. */
	#echoed(number: number): void {
		this.#waiting.get(number)?.(performance.now());
		this.#waiting.delete(number);
	}
}
