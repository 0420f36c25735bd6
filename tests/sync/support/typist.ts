import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { MESSAGE } from '#lib/records/wire.ts';
import { socketClass } from './tab.ts';

/**
 * More than anybody types in the time that a server is away. Without a limit a slow machine is given ever longer
 * texts in ever less time, and the test measures how it gives in.
 */
const MOST_UNSAVED = 150;

/**
 * Somebody who types without a pause into the notes and into one field of his own, and remembers what
 * the server called saved. What he wrote is never deleted, so that every word of it can be looked for.
 */
export class Typist {
	readonly doc = new Y.Doc();
	readonly provider: WebsocketProvider;
	readonly words: string[] = [];
	readonly deal: string;
	acked = 0;
	/** With which codes its sockets have ended, in order. */
	readonly closes: string[] = [];
	onAck: () => void = () => {};
	onNotice: (text: string) => void = (text) => {
		throw new Error(`unexpected notice: ${text}`);
	};
	readonly #name: string;
	readonly #field: string;
	#timer: NodeJS.Timeout | null = null;

	constructor(host: string, deal: string, who: { name: string; cookie: string; field: string }) {
		this.#name = who.name;
		this.deal = deal;
		this.#field = who.field;
		this.provider = new WebsocketProvider(`ws://${host}/ws/record`, `deal/${deal}`, this.doc, {
			WebSocketPolyfill: socketClass(who.cookie, `http://${host}`),
			disableBc: true,
			maxBackoffTime: 300
		});
		this.provider.messageHandlers[MESSAGE.marker] = (_encoder, decoder) => {
			this.acked = Math.max(this.acked, decoding.readVarUint(decoder));
			this.onAck();
		};
		this.provider.messageHandlers[MESSAGE.notice] = (_encoder, decoder) => {
			this.onNotice(decoding.readVarString(decoder));
		};
		this.provider.on('connection-close', (close: { code: number; reason: string } | null) => {
			if (close) this.closes.push(`${close.code} ${close.reason}`);
		});
		this.provider.on('sync', (synced: boolean) => synced && this.#mark());
	}

	get savedWords(): readonly string[] {
		return this.words.slice(0, this.acked);
	}

	start(everyMs: number): void {
		this.#timer = setInterval(() => this.type(), everyMs);
	}

	stop(): void {
		if (this.#timer) clearInterval(this.#timer);
	}

	type(): void {
		// Nobody can type before the page has its document.
		if (!this.provider.synced && this.words.length === 0) return;
		if (this.words.length - this.acked >= MOST_UNSAVED) return;
		const word = `${this.#name}-${this.words.length + 1}`;
		this.words.push(word);
		this.doc.transact(() => {
			const paragraph = new Y.XmlElement('paragraph');
			paragraph.insert(0, [new Y.XmlText(word)]);
			const notes = this.doc.getXmlFragment('notes');
			notes.insert(notes.length, [paragraph]);
			this.doc.getMap('f').set(this.#field, word);
		});
		this.#mark();
	}

	destroy(): void {
		this.stop();
		this.provider.destroy();
		this.doc.destroy();
	}

	#mark(): void {
		const { ws, synced } = this.provider;
		if (!ws || !synced || ws.readyState !== ws.OPEN) return;
		const marker = encoding.encode((encoder) => {
			encoding.writeVarUint(encoder, MESSAGE.marker);
			encoding.writeVarUint(encoder, this.words.length);
		});
		ws.send(Buffer.from(marker));
	}
}
