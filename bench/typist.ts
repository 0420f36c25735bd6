import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebSocket } from 'ws';
import * as syncProtocol from 'y-protocols/sync';
import * as Y from 'yjs';

const SYNC = 0;
const MARKER = 102;

/** A client that edits one field of a deal and waits for the echo of its marker, which comes after COMMIT. */
export class Typist {
	readonly #socket: WebSocket;
	readonly #doc = new Y.Doc();
	readonly #waiting = new Map<number, (at: number) => void>();
	#sent = 0;
	readonly ready: Promise<void>;

	constructor(url: string, cookie: string, origin: string) {
		this.#socket = new WebSocket(url, { headers: { cookie, origin } });
		this.#socket.binaryType = 'nodebuffer';
		this.ready = new Promise((resolve, reject) => {
			this.#socket.on('open', () => {
				const encoder = encoding.createEncoder();
				encoding.writeVarUint(encoder, SYNC);
				syncProtocol.writeSyncStep1(encoder, this.#doc);
				this.#socket.send(encoding.toUint8Array(encoder));
			});
			this.#socket.on('message', (bytes: Buffer) => {
				if (this.#receive(bytes)) resolve();
			});
			this.#socket.on('error', reject);
			this.#socket.on('close', (code) => reject(new Error(`closed with ${code}`)));
		});
	}

	/** Sets the field; resolves with the time at which the edit was known to be committed. */
	type(field: string, value: string): Promise<number> {
		const number = ++this.#sent;
		const updates: Uint8Array[] = [];
		const keep = (update: Uint8Array) => updates.push(update);
		this.#doc.on('update', keep);
		this.#doc.getMap('f').set(field, value);
		this.#doc.off('update', keep);
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, SYNC);
		syncProtocol.writeUpdate(encoder, Y.mergeUpdates(updates));
		this.#socket.send(encoding.toUint8Array(encoder));
		const marker = encoding.createEncoder();
		encoding.writeVarUint(marker, MARKER);
		encoding.writeVarUint(marker, number);
		this.#socket.send(encoding.toUint8Array(marker));
		return new Promise((resolve) => this.#waiting.set(number, resolve));
	}

	close(): void {
		this.#socket.removeAllListeners('close');
		this.#socket.close();
	}

	/** True when the server's state has arrived. */
	#receive(bytes: Uint8Array): boolean {
		const decoder = decoding.createDecoder(bytes);
		const type = decoding.readVarUint(decoder);
		if (type === MARKER) {
			const number = decoding.readVarUint(decoder);
			this.#waiting.get(number)?.(performance.now());
			this.#waiting.delete(number);
		}
		if (type !== SYNC) return false;
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, SYNC);
		const step = syncProtocol.readSyncMessage(decoder, encoder, this.#doc, this);
		if (encoding.length(encoder) > 1) this.#socket.send(encoding.toUint8Array(encoder));
		return step === syncProtocol.messageYjsSyncStep2;
	}
}
