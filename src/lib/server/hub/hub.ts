import type { Sql } from 'postgres';
import type { WebSocket } from 'ws';
import type { KindName } from '#lib/records/kind.ts';
import { personOf } from '#lib/records/people.ts';
import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { Log } from '../context.ts';
import { within } from '../within.ts';
import { Listener, NEIGHBOURS, type Notification } from './listen.ts';
import { Live, type OpenRecord } from './live.ts';
import { keyOf, type RoomKey } from './neighbour.ts';
import { Neighbours } from './neighbours.ts';
import type { RecordPort } from './port.ts';
import { Rooms } from './rooms.ts';
import { Pulse } from './sockets.ts';

export interface HubTimes {
	/** Everybody's session and rights are looked up again this often, whatever was or was not announced. */
	readonly recheckMs: number;
	readonly pollMs: number;
	readonly pingMs: number;
	readonly idleMs: number;
	/** Whoever cannot be recognised in this time is sent away to try again. */
	readonly lookUpMs: number;
	/** A document that nobody has edited or asked for so long is not kept in memory. */
	readonly quietMs: number;
	readonly awarenessMs: number;
	readonly hintMs: number;
	readonly presenceMs: number;
	/** What other processes are told of people is gathered for so long. */
	readonly elsewhereMs: number;
	readonly retryMs: number;
	readonly beatMs: number;
	/** So often other web processes hear that this one is here; three beats of silence mean it is not. */
	readonly neighbourMs: number;
}

/** Thousands of sockets are not looked at again in one moment: edits would wait behind their questions. */
const TURNS = 60;

const TIMES: HubTimes = {
	recheckMs: 60_000,
	pollMs: 30_000,
	pingMs: 20_000,
	idleMs: 60_000,
	lookUpMs: 10_000,
	quietMs: 60_000,
	awarenessMs: 50,
	hintMs: 250,
	presenceMs: 500,
	elsewhereMs: 100,
	retryMs: 50,
	beatMs: 5_000,
	neighbourMs: 2_000
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
	readonly #neighbours: Neighbours;
	readonly #deps: HubDeps;
	readonly #times: HubTimes;
	readonly #listener: Listener;
	readonly #pulse = new Pulse();
	readonly #sockets = new Map<string, Set<WebSocket>>();
	readonly #lookups = new Map<string, Promise<Actor | null>>();
	#rightsHeard = 0;
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
			onPeople: (room) => {
				this.#neighbours.roomChanged(room);
				this.#moved(room);
			},
			onStates: (room, states) => this.#neighbours.share(room, states)
		});
		this.live = new Live({
			kinds: deps.kinds,
			log: deps.log,
			hintMs: times.hintMs,
			presenceMs: times.presenceMs,
			actorOf,
			openRecords: () => this.#openRecords(),
			onlineElsewhere: () => this.#neighbours.online(),
			onOnline: () => this.#neighbours.onlineChanged()
		});
		this.#neighbours = this.#meetNeighbours();
		this.#listener = new Listener(
			deps.sql,
			{
				hear: (notification) => this.#hear(notification),
				overhear: (payload) => this.#neighbours.hear(payload),
				resync: () => this.#resync()
			},
			deps.log,
			times.beatMs
		);
	}

	#meetNeighbours(): Neighbours {
		const { sql, log } = this.#deps;
		return new Neighbours({
			log,
			beatMs: this.#times.neighbourMs,
			coalesceMs: this.#times.elsewhereMs,
			send: (payloads) => sql`
				select pg_notify(${NEIGHBOURS}, word)
				from jsonb_array_elements_text(${JSON.stringify(payloads)}::text::jsonb)
					with ordinality as said (word, number)
				order by number`,
			own: () => ({
				rooms: [...this.rooms.all()].filter(({ isOccupied }) => isOccupied),
				online: this.live.online()
			}),
			ears: {
				onRoom: (room) => this.#moved(room),
				onOnline: () => this.live.onlineChanged(),
				onStates: (hub, room, states) => this.rooms.find(room)?.hearStates(hub, states),
				onCompany: (room) => this.rooms.find(room)?.shareStates()
			}
		});
	}

	/** Who has the record open, here or in another web process. */
	#openRecord({ kind, id }: RoomKey): OpenRecord {
		const [here, elsewhere] = [this.rooms.find({ kind, id }), this.#neighbours.room({ kind, id })];
		const topics = here?.topics ?? elsewhere?.topics ?? [];
		const people = [...(here?.people ?? []), ...(elsewhere?.people.map(personOf) ?? [])];
		return { kind, id, topics, people: [...new Map(people.map((one) => [one.id, one])).values()] };
	}

	#openRecords(): readonly OpenRecord[] {
		const keys = [...this.rooms.all(), ...this.#neighbours.rooms()];
		const unique = new Map(keys.map((key) => [keyOf(key), key]));
		return [...unique.values()].map((key) => this.#openRecord(key));
	}

	async start(): Promise<void> {
		const { recheckMs, pollMs, pingMs } = this.#times;
		this.#every(recheckMs, () => this.#recheckListeners(null));
		let turn = 0;
		this.#every(recheckMs / TURNS, () => this.rooms.recheckInTurn(turn++ % TURNS, TURNS));
		this.#every(pollMs, () => void this.rooms.poll(this.#deps.port, this.#deps.log));
		this.#every(pingMs, () => {
			this.rooms.keepAlive();
			this.#pulse.beat([...this.#sockets.values()].flatMap((own) => [...own]));
		});
		await this.#listener.start();
	}

	/**
	 * Whose cookie this is now. Sockets that come with one cookie at once are looked up once; should rights
	 * or sessions have changed meanwhile, again.
	 */
	async actorOf(cookie: string | undefined): Promise<Actor | null> {
		for (;;) {
			const heard = this.#rightsHeard;
			const actor = await this.#lookUp(cookie ?? '');
			if (heard === this.#rightsHeard) return actor;
		}
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
		await this.#neighbours.close();
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
		this.#neighbours.lineOpened();
		this.rooms.catchUpAll();
		this.#recheck(null);
		this.live.refetchAll();
	}

	#lookUp(cookie: string): Promise<Actor | null> {
		const asked = this.#lookups.get(cookie);
		if (asked) return asked;
		const lookup = within(this.#times.lookUpMs, this.#deps.actorOf(cookie)).finally(() => {
			if (this.#lookups.get(cookie) === lookup) this.#lookups.delete(cookie);
		});
		this.#lookups.set(cookie, lookup);
		return lookup;
	}

	#recheck(userId: string | null): void {
		this.#rightsHeard++;
		this.#lookups.clear();
		this.rooms.recheck(userId);
		this.#recheckListeners(userId);
	}

	#recheckListeners(userId: string | null): void {
		this.live.recheck(userId).catch((error: unknown) => {
			this.#deps.log.warn('recheck failed', { error });
		});
	}

	#moved({ kind, id }: RoomKey): void {
		this.live.moved(this.#openRecord({ kind, id }));
	}

	#every(ms: number, work: () => void): void {
		const timer = setInterval(work, ms);
		timer.unref();
		this.#timers.push(timer);
	}
}
