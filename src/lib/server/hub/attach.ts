import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Sql } from 'postgres';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Db, Log } from '../context.ts';
import type { ServerKind } from '../records/kind.ts';
import { TRANSACTION_SETTINGS } from '../records/open.ts';
import { Hub, type HubTimes } from './hub.ts';
import { isOwnOrigin } from './origin.ts';
import { Peer } from './peer.ts';
import type { RecordPort } from './port.ts';
import { createRecordPort } from './record-port.ts';
import { bytesOf, Line } from './sockets.ts';

export interface HubOptions {
	readonly kinds: readonly ServerKind[];
	readonly db: Db;
	readonly sql: Sql;
	/** Who sent this Cookie header; null when nobody is signed in with it. */
	actorOfCookie(db: Db, cookieHeader: string | null): Promise<Actor | null>;
	readonly log: Log;
	/** The configured public address, when there is one; otherwise the Host header decides. */
	readonly origin?: string | null;
	readonly times?: Partial<HubTimes>;
	/** Tests put their own engine here. */
	readonly port?: RecordPort;
}

/**
 * For connections that only the hub uses: it only ever looks up and writes single rows, so that their
 * plans may be kept.
 */
export const CONNECTION_SETTINGS = {
	plan_cache_mode: 'auto',
	...TRANSACTION_SETTINGS
};

const RECORD_PATH = /^\/ws\/record\/([^/]+)\/([^/]+)$/;
const LIVE_PATH = '/ws/live';

/** A hard wall for memory above the limit that is answered with 4413. */
const WALL_BYTES = 2 * LIMITS.frameBytes;

/**
 * Serves /ws/record/<kind>/<id> and /ws/live on this server and leaves every other upgrade alone.
 * A refusal after the Origin check is a close code, because browsers cannot read an HTTP status here.
 */
export function attachHub(server: Server, options: HubOptions): { close(): Promise<void> } {
	const { kinds, db, sql, log, origin = null } = options;
	const hub = new Hub({
		kinds: kinds.map(({ kind }) => kind.name),
		port: options.port ?? createRecordPort(db, kinds, log),
		sql,
		log,
		times: options.times ?? {},
		actorOf: (cookie) => options.actorOfCookie(db, cookie ?? null)
	});
	const sockets = new WebSocketServer({
		noServer: true,
		perMessageDeflate: false,
		maxPayload: WALL_BYTES
	});
	// Here and not below: what a socket's listeners can see lives as long as the socket, request and all.
	const complain = (error: Error) => log.warn('socket failed', { cause: error.message });
	const refuse = (ws: WebSocket) => (error: unknown) => {
		log.error('socket refused', { error });
		ws.close(CLOSE.unavailable, 'try again');
	};
	const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		const url = URL.parse(request.url ?? '/', 'http://hub');
		if (!url?.pathname.startsWith('/ws/')) {
			// In development Vite has its own socket here; nobody else answers, so nobody should wait.
			if (!request.headers['sec-websocket-protocol']?.startsWith('vite-')) socket.destroy();
			return;
		}
		if (!isOwnOrigin(request, origin)) {
			socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
			return;
		}
		sockets.handleUpgrade(request, socket, head, (ws) => {
			ws.on('error', complain);
			void welcome(hub, ws, url, request.headers.cookie).catch(refuse(ws));
		});
	};
	server.on('upgrade', upgrade);
	void hub.start();
	return {
		async close() {
			server.off('upgrade', upgrade);
			await hub.close();
			for (const ws of sockets.clients) ws.terminate();
		}
	};
}

async function welcome(
	hub: Hub,
	ws: WebSocket,
	url: URL,
	cookie: string | undefined
): Promise<void> {
	const early = collect(ws);
	const actor = await hub.actorOf(cookie);
	if (ws.readyState !== WebSocket.OPEN) return;
	if (!actor) {
		ws.close(CLOSE.signedOut, 'sign in first');
	} else if ((url.searchParams.get('u') ?? actor.id) !== actor.id) {
		// The page is somebody else's, who has left it open: nothing of his is sent in this person's name.
		ws.close(CLOSE.signedOut, 'another person');
	} else if (!hub.admit(actor.id, ws)) {
		ws.close(CLOSE.slowDown, 'too many sockets');
	} else if (url.pathname === LIVE_PATH) {
		listen(hub, ws, actor, cookie);
	} else {
		enter({ hub, ws, url, actor, cookie, early });
	}
}

/** Frames that come before the door is open; they are few, and none may be lost. */
function collect(ws: WebSocket): { take(): readonly Uint8Array[] } {
	const frames: Uint8Array[] = [];
	const keep = (data: RawData) => {
		if (frames.length < LIMITS.updateBurst) frames.push(bytesOf(data));
		else ws.close(CLOSE.slowDown, 'too many frames');
	};
	ws.on('message', keep);
	return {
		take() {
			ws.off('message', keep);
			return frames;
		}
	};
}

function listen(hub: Hub, ws: WebSocket, actor: Actor, cookie: string | undefined): void {
	const leave = hub.live.add(new Line(ws), actor, cookie);
	ws.on('close', leave);
}

interface Entrance {
	readonly hub: Hub;
	readonly ws: WebSocket;
	readonly url: URL;
	readonly actor: Actor;
	readonly cookie: string | undefined;
	readonly early: { take(): readonly Uint8Array[] };
}

function enter({ hub, ws, url, actor, cookie, early }: Entrance): void {
	const [, kind, id] = RECORD_PATH.exec(url.pathname) ?? [];
	if (!kind || !isId(id) || !hub.isKind(kind)) {
		ws.close(CLOSE.gone, 'no such record');
		return;
	}
	const peer = new Peer(new Line(ws), {
		actor,
		cookie,
		schemaVersion: numberOf(url, 'v'),
		epoch: numberOf(url, 'e')
	});
	const room = hub.rooms.room(kind, id);
	room.join(peer);
	for (const frame of early.take()) room.receive(peer, frame);
	ws.on('message', (data) => room.receive(peer, bytesOf(data)));
	ws.on('close', () => room.leave(peer));
}

function numberOf(url: URL, name: string): number | null {
	const text = url.searchParams.get(name);
	return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
