import type { Sql } from 'postgres';
import type { WebSocket } from 'ws';
import type { KindName } from '#lib/records/kind.ts';
import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { Log } from '../context.ts';
import { Listener, type Notification } from './listen.ts';
import { Live } from './live.ts';
import type { RecordPort } from './port.ts';
import { Rooms } from './rooms.ts';
import { Pulse } from './sockets.ts';

export interface HubTimes {
	/** Everybody's session and rights are looked up again this often, whatever was or was not announced. */
	readonly recheckMs: number;
	readonly pollMs: number;
	readonly pingMs: number;
	readonly idleMs: number;
	readonly awarenessMs: number;
	readonly hintMs: number;
	readonly presenceMs: number;
	readonly retryMs: number;
	readonly beatMs: number;
}

const TIMES: HubTimes = {
	recheckMs: 60_000,
	pollMs: 30_000,
	pingMs: 20_000,
	idleMs: 60_000,
	awarenessMs: 50,
	hintMs: 250,
	presenceMs: 500,
	retryMs: 50,
	beatMs: 5_000
};

export interface HubDeps {
	readonly kinds: readonly KindName[];
	readonly port: RecordPort;
	readonly sql: Sql;
	readonly log: Log;
	readonly times: Partial<HubTimes>;
	actorOf(cookie: string | undefined): Promise<Actor | null>;
}

/** Rooms, live hints and the listener of one web process; they meet other processes only in Postgres. */
export class Hub {
	readonly rooms: Rooms;
	readonly live: Live;
	readonly #deps: HubDeps;
	readonly #times: HubTimes;
	readonly #listener: Listener;
	readonly #pulse = new Pulse();
	readonly #sockets = new Map<string, Set<WebSocket>>();
	#timers: NodeJS.Timeout[] = [];

	constructor(deps: HubDeps) {
		this.#deps = deps;
		const times = { ...TIMES, ...deps.times };
		this.#times = times;
		const actorOf = (cookie: string | undefined) => deps.actorOf(cookie);
		this.rooms = new Rooms({
			port: deps.port,
			log: deps.log,
			settings: times,
			actorOf,
			onPeople: ({ kind, id, topics, people }) => this.live.moved({ kind, id, topics, people })
		});
		this.live = new Live({
			kinds: deps.kinds,
			log: deps.log,
			hintMs: times.hintMs,
			presenceMs: times.presenceMs,
			actorOf,
			openRecords: () => this.rooms.all()
		});
		this.#listener = new Listener(
			deps.sql,
			{ hear: (notification) => this.#hear(notification), resync: () => this.#resync() },
			deps.log,
			times.beatMs
		);
	}

	async start(): Promise<void> {
		const { recheckMs, pollMs, pingMs } = this.#times;
		this.#every(recheckMs, () => this.#recheck(null));
		this.#every(pollMs, () => void this.rooms.poll(this.#deps.port, this.#deps.log));
		this.#every(pingMs, () => {
			this.rooms.keepAlive();
			this.#pulse.beat([...this.#sockets.values()].flatMap((own) => [...own]));
		});
		await this.#listener.start();
	}

	actorOf(cookie: string | undefined): Promise<Actor | null> {
		return this.#deps.actorOf(cookie);
	}

	isKind(name: string): name is KindName {
		return this.#deps.kinds.some((kind) => kind === name);
	}

	/** Counts the socket for its person; false when he has too many already. */
	admit(userId: string, ws: WebSocket): boolean {
		const own = this.#sockets.get(userId) ?? new Set<WebSocket>();
		if (own.size >= LIMITS.socketsPerUser) return false;
		this.#sockets.set(userId, own.add(ws));
		this.#pulse.watch(ws);
		ws.on('close', () => {
			own.delete(ws);
			if (own.size === 0 && this.#sockets.get(userId) === own) this.#sockets.delete(userId);
		});
		return true;
	}

	/** Lets rooms finish what they were sent, then closes every socket with "come back". */
	async close(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		await this.rooms.close();
		this.live.close(CLOSE.restart, 'server restarts');
		await this.#listener.close();
	}

	#hear(notification: Notification): void {
		switch (notification.type) {
			case 'record':
				this.rooms.hear(notification);
				this.live.hear(notification);
				break;
			case 'topic':
				this.live.hear(notification);
				break;
			case 'session':
			case 'rights':
				this.#recheck(notification.user);
		}
	}

	#resync(): void {
		this.rooms.catchUpAll();
		this.#recheck(null);
		this.live.refetchAll();
	}

	#recheck(userId: string | null): void {
		this.rooms.recheck(userId);
		this.live.recheck(userId).catch((error: unknown) => {
			this.#deps.log.warn('recheck failed', { error });
		});
	}

	#every(ms: number, work: () => void): void {
		const timer = setInterval(work, ms);
		timer.unref();
		this.#timers.push(timer);
	}
}
