import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { liveMessage, type LiveMessage } from '#lib/records/hints.ts';
import { MESSAGE } from '#lib/records/wire.ts';

/** The `WebSocket` a browser would have on a page of this server, signed in with this cookie. */
export function socketClass(cookie: string, origin: string): typeof globalThis.WebSocket {
	class SignedIn extends WebSocket {
		constructor(address: string) {
			super(address, { headers: { cookie }, origin });
		}
	}
	// `ws` has the browser's interface as far as y-websocket uses it.
	return SignedIn as unknown as typeof globalThis.WebSocket;
}

export interface Tab {
	readonly doc: Y.Doc;
	readonly provider: WebsocketProvider;
	/** With which code the server sent it away for good. */
	closed(): Promise<number | null>;
	destroy(): void;
}

/** A record open in a tab: the stock y-websocket client and nothing else. */
export function openTab(
	host: string,
	id: string,
	cookie: string,
	params: Record<string, string> = {}
): Tab {
	const doc = new Y.Doc();
	const provider = new WebsocketProvider(`ws://${host}/ws/record`, `deal/${id}`, doc, {
		WebSocketPolyfill: socketClass(cookie, `http://${host}`),
		disableBc: true,
		params
	});
	// A stock client would only write a complaint to the console.
	provider.messageHandlers[MESSAGE.notice] = () => {};
	let code: number | null = null;
	provider.on('closed', (close: { code: number }) => {
		code = close.code;
	});
	return {
		doc,
		provider,
		closed: () =>
			until(
				() => code,
				(seen) => seen !== null
			),
		destroy() {
			provider.destroy();
			doc.destroy();
		}
	};
}

/** Resolves when the handshake is over. */
export function synced({ provider }: Tab): Promise<void> {
	if (provider.synced) return Promise.resolve();
	return new Promise((resolve) => {
		const done = (isSynced: boolean) => {
			if (!isSynced) return;
			provider.off('sync', done);
			resolve();
		};
		provider.on('sync', done);
	});
}

export const fieldsOf = ({ doc }: Tab) => doc.getMap('f').toJSON();

/** A tab's live socket; what it was told is kept. */
export async function openLive(host: string, cookie: string) {
	const socket = new WebSocket(`ws://${host}/ws/live`, {
		headers: { cookie },
		origin: `http://${host}`
	});
	const told: LiveMessage[] = [];
	socket.on('message', (text) => told.push(liveMessage.parse(JSON.parse(String(text)))));
	const closed = new Promise<number>((resolve) => socket.on('close', resolve));
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	// Who is at work is the first thing that somebody hears who has been let in.
	const admitted = until(
		() => told,
		(messages) => messages.some(({ type }) => type === 'online')
	);
	await Promise.race([admitted, closed]);
	return { told, closed, close: () => socket.terminate() };
}

/** Waits until it is so, or fails with what was seen last. */
export async function until<Value>(
	look: () => Value | Promise<Value>,
	isSo: (value: Value) => boolean,
	patienceMs = 5_000
): Promise<Value> {
	const deadline = Date.now() + patienceMs;
	for (;;) {
		const value = await look();
		if (isSo(value)) return value;
		if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value).slice(0, 500)}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}
