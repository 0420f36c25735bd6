import type { KindName } from '#lib/records/kind.ts';
import type { LiveMessage } from '#lib/records/hints.ts';
import { personOf, type Person } from '#lib/records/people.ts';
import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';
import { ROW_NOUNS } from '#lib/shared/kinds.ts';
import type { Log } from '../context.ts';
import type { Notification } from './listen.ts';
import type { Online } from './neighbour-words.ts';
import { isPersonal, nounOf, topicsOf } from './topics.ts';

/** One tab's live socket. */
export interface LiveSocket {
	readonly bufferedAmount: number;
	send(text: string): void;
	close(code: number, reason: string): void;
	terminate(): void;
}

interface Listening {
	readonly socket: LiveSocket;
	readonly cookie: string | undefined;
	actor: Actor;
	topics: ReadonlySet<string>;
}

/** A record that somebody has open. */
export interface OpenRecord {
	readonly kind: KindName;
	readonly id: string;
	readonly topics: readonly string[];
	readonly people: readonly Person[];
}

interface Waiting {
	readonly topics: ReadonlySet<string>;
	readonly rev: number;
}

export interface LiveDeps {
	readonly kinds: readonly KindName[];
	readonly log: Log;
	readonly hintMs: number;
	readonly presenceMs: number;
	actorOf(cookie: string | undefined): Promise<Actor | null>;
	openRecords(): Iterable<OpenRecord>;
	/** People at pages of other web processes. */
	onlineElsewhere(): readonly Online[];
	/** The people of this process have changed. */
	onOnline(): void;
}

const MOST_IDS = 200;

/**
 * Tells every tab what changed among the things its person may see: ids and revisions, never data.
 * Changes are gathered per topic for a moment, so that a burst is one message.
 */
export class Live {
	readonly #deps: LiveDeps;
	readonly #listening = new Set<Listening>();
	/** Noun → id → who may hear of it. */
	readonly #waiting = new Map<string, Map<string, Waiting>>();
	readonly #moved = new Map<string, OpenRecord>();
	#hintTimer: NodeJS.Timeout | null = null;
	#presenceTimer: NodeJS.Timeout | null = null;
	#onlineTimer: NodeJS.Timeout | null = null;

	constructor(deps: LiveDeps) {
		this.#deps = deps;
	}

	/** Adds a socket and tells it who is where; the answer takes it out again. */
	add(socket: LiveSocket, actor: Actor, cookie: string | undefined): () => void {
		const listening = { socket, cookie, actor, topics: topicsOf(actor, this.#deps.kinds) };
		this.#listening.add(listening);
		this.#tellWhoIsWhere(listening);
		this.#onlineMoved();
		return () => {
			if (this.#listening.delete(listening)) this.#onlineMoved();
		};
	}

	/** Everybody who is at a page of this process, once. */
	online(): readonly Online[] {
		return [...new Map([...this.#listening].map(({ actor }) => [actor.id, actor])).values()];
	}

	hear(notification: Extract<Notification, { type: 'record' | 'topic' }>): void {
		const { rev } = notification;
		const record = notification.type === 'record';
		const noun = record ? notification.kind : nounOf(notification.topic);
		const topics = record ? [...notification.topics, `${noun}:all`] : [notification.topic];
		for (const id of record ? [notification.id] : notification.ids)
			this.#wait(noun, id, topics, rev);
		this.#hintTimer ??= setTimeout(() => this.#flushHints(), this.#deps.hintMs);
	}

	refetchAll(): void {
		for (const { socket } of this.#listening) say(socket, { type: 'refetch' });
	}

	/** People came to or left an open record. */
	moved(record: OpenRecord): void {
		this.#moved.set(record.id, record);
		this.#presenceTimer ??= setTimeout(() => this.#flushPresence(), this.#deps.presenceMs);
	}

	/** Makes the actor of each socket anew and closes those whose session has ended; null means everybody. */
	async recheck(userId: string | null): Promise<void> {
		for (const listening of [...this.#listening]) {
			if (userId !== null && listening.actor.id !== userId) continue;
			const actor = await this.#deps.actorOf(listening.cookie);
			if (actor) {
				this.#adopt(listening, actor);
			} else {
				this.#listening.delete(listening);
				listening.socket.close(CLOSE.signedOut, 'signed out');
				this.#onlineMoved();
			}
		}
	}

	keepAlive(): void {
		for (const { socket } of this.#listening) {
			if (socket.bufferedAmount > LIMITS.bufferedBytes) socket.terminate();
		}
	}

	close(code: number, reason: string): void {
		for (const { socket } of this.#listening) socket.close(code, reason);
		this.#listening.clear();
		for (const timer of [this.#hintTimer, this.#presenceTimer, this.#onlineTimer]) {
			if (timer) clearTimeout(timer);
		}
	}

	#adopt(listening: Listening, actor: Actor): void {
		const topics = topicsOf(actor, this.#deps.kinds);
		const changed = [...topics].join() !== [...listening.topics].join();
		listening.actor = actor;
		listening.topics = topics;
		if (changed) say(listening.socket, { type: 'refetch' });
	}

	#wait(noun: string, id: string, topics: readonly string[], rev: number): void {
		const ids = this.#waiting.get(noun) ?? new Map<string, Waiting>();
		this.#waiting.set(noun, ids);
		const before = ids.get(id);
		ids.set(id, {
			topics: new Set([...(before?.topics ?? []), ...topics]),
			rev: Math.max(before?.rev ?? 0, rev)
		});
	}

	#flushHints(): void {
		this.#hintTimer = null;
		for (const [noun, rows] of this.#waiting) {
			for (const listening of this.#listening) this.#hint(listening, noun, rows);
		}
		this.#waiting.clear();
	}

	#hint(listening: Listening, topic: string, rows: ReadonlyMap<string, Waiting>): void {
		const isByRights = [...this.#deps.kinds, ...ROW_NOUNS].some((noun) => noun === topic);
		const hears = isByRights ? mayHear : mayHearOfRow;
		const heard = [...rows].filter(([, { topics }]) => hears(listening, topics));
		if (heard.length === 0) return;
		const ids = heard.length > MOST_IDS ? null : heard.map(([id]) => id);
		const rev = Math.max(...heard.map(([, row]) => row.rev));
		say(listening.socket, { type: 'hint', topic, ids, rev });
	}

	#flushPresence(): void {
		this.#presenceTimer = null;
		for (const record of this.#moved.values()) {
			for (const listening of this.#listening) {
				if (mayHear(listening, audienceOf(record))) say(listening.socket, presenceOf(record));
			}
		}
		this.#moved.clear();
	}

	#tellWhoIsWhere(listening: Listening): void {
		for (const record of this.#deps.openRecords()) {
			if (mayHear(listening, audienceOf(record))) say(listening.socket, presenceOf(record));
		}
	}

	#onlineMoved(): void {
		this.#deps.onOnline();
		this.onlineChanged();
	}

	/** Tells everybody who is at work now, here or at another web process. */
	onlineChanged(): void {
		this.#onlineTimer ??= setTimeout(() => {
			this.#onlineTimer = null;
			const people = [...this.#deps.onlineElsewhere(), ...this.online()];
			const everybody = new Map(people.map((person) => [person.id, person]));
			for (const { socket, actor } of this.#listening) {
				const people = [...everybody.values()].filter((other) =>
					areColleagues(actor, other, this.#deps.kinds)
				);
				say(socket, { type: 'online', people: people.map(personOf) });
			}
		}, this.#deps.presenceMs);
	}
}

const audienceOf = ({ kind, topics }: OpenRecord) => new Set([...topics, `${kind}:all`]);

const presenceOf = ({ kind, id, people }: OpenRecord): LiveMessage => ({
	type: 'presence',
	kind,
	id,
	people: [...people]
});

const mayHear = ({ topics: own }: Listening, topics: ReadonlySet<string>) =>
	!own.isDisjointFrom(topics);

/** Of rows that are no records: what is shared with everybody or one's department, and what is one's own. */
const mayHearOfRow = (listening: Listening, topics: ReadonlySet<string>) =>
	mayHear(listening, topics) || [...topics].some((topic) => isPersonal(topic, listening.actor));

/** People see who is at work in their own departments; whoever may read all of some kind sees everybody. */
const areColleagues = (actor: Actor, other: Online, kinds: readonly KindName[]) =>
	actor.id === other.id ||
	kinds.some((kind) => scopeOf(actor, kind, 'read') === 'all') ||
	actor.departmentIds.some((id) => other.departmentIds.includes(id));

function say(socket: LiveSocket, message: LiveMessage): void {
	if (socket.bufferedAmount > LIMITS.bufferedBytes) socket.terminate();
	else socket.send(JSON.stringify(message));
}
