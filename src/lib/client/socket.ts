import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
import type { FieldValue } from '#lib/records/values.ts';
import { CLOSE, MESSAGE, type Notice } from '#lib/records/wire.ts';
import type { ClosedReason } from './connection.svelte.ts';

interface Wanted {
	readonly doc: Y.Doc;
	readonly kind: string;
	readonly id: string;
	readonly params: Record<string, string>;
	onMarker(number: number): void;
	onNotice(notice: Notice): void;
	/** "ws://host/ws/record"; the page's own by default. */
	readonly url?: string | undefined;
	readonly WebSocketClass?: typeof WebSocket | undefined;
}

const LONGEST_WAIT_MS = 2_500;
/** RFC 6455: the frame went over the server's hard wall, and would again. */
const MESSAGE_TOO_BIG = 1009;

/** The stock y-websocket client with the two messages of ours; not connected yet. */
export function openSocket(wanted: Wanted): WebsocketProvider {
	const provider = new WebsocketProvider(
		wanted.url ?? recordUrl(),
		`${wanted.kind}/${wanted.id}`,
		wanted.doc,
		{
			connect: false,
			// Between tabs, edits would travel past the server's judgement, and past a sign-out.
			disableBc: true,
			params: wanted.params,
			maxBackoffTime: LONGEST_WAIT_MS + Math.random() * LONGEST_WAIT_MS,
			shouldReconnect: ({ code }) => !isFinal(code),
			...(wanted.WebSocketClass ? { WebSocketPolyfill: wanted.WebSocketClass } : {})
		}
	);
	provider.messageHandlers[MESSAGE.marker] = (_encoder, decoder) =>
		wanted.onMarker(decoding.readVarUint(decoder));
	provider.messageHandlers[MESSAGE.notice] = (_encoder, decoder) =>
		// Our own server wrote it, from the type that is read here.
		wanted.onNotice(JSON.parse(decoding.readVarString(decoder)) as Notice);
	provider.on('connection-close', () => spread(provider));
	return provider;
}

/** Asks the server to say when everything sent so far is committed; false when nobody listens. */
export function sendMarker(provider: WebsocketProvider, number: number): boolean {
	const { ws } = provider;
	if (!ws || !provider.synced || ws.readyState !== ws.OPEN) return false;
	ws.send(
		encoding.encode((encoder) => {
			encoding.writeVarUint(encoder, MESSAGE.marker);
			encoding.writeVarUint(encoder, number);
		})
	);
	return true;
}

/** Says what stood in a field when its author began to write what he sends next. */
export function sendSeen(provider: WebsocketProvider, field: string, value: FieldValue): void {
	const { ws } = provider;
	if (!ws || !provider.synced || ws.readyState !== ws.OPEN) return;
	ws.send(
		encoding.encode((encoder) => {
			encoding.writeVarUint(encoder, MESSAGE.seen);
			encoding.writeVarString(encoder, JSON.stringify({ field, value }));
		})
	);
}

const isFinal = (code: number) => (code >= 4400 && code < 4500) || code === MESSAGE_TOO_BIG;

/** Why the server will not have this page back; signing in again is another matter. */
export function closedReason(code: number): ClosedReason | 'signed-out' {
	switch (code) {
		case CLOSE.signedOut:
			return 'signed-out';
		case CLOSE.noAccess:
			return 'no-access';
		case CLOSE.gone:
			return 'gone';
		case CLOSE.epoch:
			return 'reset';
		case CLOSE.tooLarge:
		case MESSAGE_TOO_BIG:
			return 'too-large';
		case CLOSE.clientTooOld:
			return 'too-old';
		default:
			return 'refused';
	}
}

/** The wait grows as a power of this number; a fraction keeps a thousand tabs from coming back in step. */
function spread(provider: WebsocketProvider): void {
	provider.wsUnsuccessfulReconnects = Math.floor(provider.wsUnsuccessfulReconnects) + Math.random();
}

function recordUrl(): string {
	const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
	return `${scheme}://${location.host}/ws/record`;
}
