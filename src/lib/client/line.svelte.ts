import type { Awareness } from 'y-protocols/awareness';
import type { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Notice } from '#lib/records/wire.ts';
import { openSocket, sendMarker } from './socket.ts';

export interface LineSettings {
	readonly kind: RecordKind;
	readonly id: string;
	readonly doc: Y.Doc;
	/** Who is meant to be calling: whoever else has signed in here meanwhile is turned away. */
	readonly userId?: string | undefined;
	readonly url?: string | undefined;
	readonly WebSocketClass?: typeof WebSocket | undefined;
	/** After each handshake: by now the server has been given every edit that it lacked. */
	onSynced(): void;
	onLost(): void;
	onMarker(number: number): void;
	onNotice(notice: Notice): void;
	/** The server will not have this page back. */
	onClosed(code: number): void;
	onMovement(): void;
}

/** The socket of one record: whether it is up, what it is called with, and the marks sent over it. */
export class Line {
	readonly #settings: LineSettings;
	readonly #provider: WebsocketProvider;
	#status = $state<'connecting' | 'open' | 'lost'>('connecting');
	#markerDue = false;

	constructor(settings: LineSettings) {
		this.#settings = settings;
		const { kind, id, doc, url, WebSocketClass, onMarker, onNotice } = settings;
		const provider = openSocket({
			...{ doc, id, kind: kind.name, params: {}, url, WebSocketClass },
			onMarker: (number) => onMarker(number),
			onNotice: (notice) => onNotice(notice)
		});
		this.#provider = provider;
		provider.awareness.on('change', () => settings.onMovement());
		provider.on('status', ({ status }) => this.#turned(status));
		provider.on('connection-close', () => {
			this.#status = 'lost';
			settings.onLost();
		});
		provider.on('sync', (synced: boolean) => synced && settings.onSynced());
		provider.on('closed', ({ code }: { code: number }) => settings.onClosed(code));
	}

	get status(): 'connecting' | 'open' | 'lost' {
		return this.#status;
	}

	get provider(): WebsocketProvider {
		return this.#provider;
	}

	get awareness(): Awareness {
		return this.#provider.awareness;
	}

	/** Connects, or tries again at once; `epoch` is that of the document at hand, null when there is none. */
	open(epoch: number | null): void {
		this.expect(epoch);
		this.#provider.connect();
	}

	/** Which document to ask for when the line has to be opened again. */
	expect(epoch: number | null): void {
		const { kind, userId } = this.#settings;
		this.#provider.params = {
			v: String(kind.schemaVersion),
			...(epoch === null ? {} : { e: String(epoch) }),
			...(userId === undefined ? {} : { u: userId })
		};
	}

	hangUp(): void {
		this.#provider.disconnect();
	}

	/** Asks for one acknowledgement of everything that is written in this turn; `count` says up to where. */
	mark(count: () => number): void {
		if (this.#markerDue) return;
		this.#markerDue = true;
		queueMicrotask(() => {
			this.#markerDue = false;
			sendMarker(this.#provider, count());
		});
	}

	destroy(): void {
		this.#provider.destroy();
	}

	#turned(status: string): void {
		if (status !== 'connected') return;
		this.#status = 'open';
		// A new clock, or those who saw us leave would not see us come back.
		this.awareness.setLocalState(this.awareness.getLocalState());
	}
}
