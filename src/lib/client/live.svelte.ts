import { createContext } from 'svelte';
import { on } from 'svelte/events';
import { SvelteMap } from 'svelte/reactivity';
import { liveMessage, type LiveMessage } from '#lib/records/hints.ts';
import type { Person } from '#lib/records/people.ts';
import { CLOSE } from '#lib/records/wire.ts';
import { KIND_NAMES, ROW_NOUNS } from '#lib/shared/kinds.ts';
import type { SaveSource, SaveState } from './connection.svelte.ts';

interface Settings {
	/** SvelteKit's `invalidate`: runs the loads again that depend on `live:<topic>`. */
	invalidate(dependency: string): unknown;
	/** Address of the socket; the page's own by default. */
	readonly url?: string;
	readonly WebSocketClass?: typeof WebSocket;
	/** Who is meant to be listening: whoever else has signed in here meanwhile is told to begin anew. */
	readonly userId?: string;
}

const SOON_MS = 60;
const JITTER_MS = 200;
const BETWEEN_MS = 2_000;
/** What was set reloads the whole page of everybody: not of all in one moment. */
const SETTINGS_JITTER_MS = 2_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 8_000;

/**
 * One socket a tab that hears where something changed. The first change of a topic reloads what
 * depends on it at once, a burst at most every two seconds; after a gap everything is looked at again.
 */
export class LiveHints implements SaveSource {
	readonly saves = false;
	readonly pending = 0;
	readonly reason = null;
	#status = $state<'connecting' | 'open' | 'lost' | 'signed-out'>('connecting');
	#online = $state.raw<readonly Person[]>([]);
	#lostAt = $state.raw<Date | null>(null);
	readonly #present = new SvelteMap<string, readonly Person[]>();
	readonly #topics = new Map<string, Topic>();
	readonly #watchers = new Set<(topic: string, ids: readonly string[] | null) => void>();
	readonly #settings: Settings;
	#socket: WebSocket | null = null;
	#attempts = 0;
	#retry: ReturnType<typeof setTimeout> | null = null;
	/** The server lets everybody in and then looks at the session: only its first word means welcome. */
	#welcome = false;

	constructor(settings: Settings) {
		this.#settings = settings;
	}

	get connected(): boolean {
		return this.#status === 'open';
	}

	/** Since when there is no line; null while there is one, and before the first. */
	get lostAt(): Date | null {
		return this.#lostAt;
	}

	get state(): SaveState {
		if (this.#status === 'signed-out') return 'signed-out';
		return this.#status === 'lost' ? 'offline' : 'saved';
	}

	/** Colleagues who are here now, myself among them. */
	get online(): readonly Person[] {
		return this.#online;
	}

	/** Who has this record open now. */
	peopleAt(kind: string, id: string): readonly Person[] {
		return this.#present.get(`${kind}/${id}`) ?? [];
	}

	/** Calls back on every hint of any topic; null ids stand for "many". */
	watch(watcher: (topic: string, ids: readonly string[] | null) => void): () => void {
		this.#watchers.add(watcher);
		return () => this.#watchers.delete(watcher);
	}

	/** Tries again after signing in. */
	reconnect(): void {
		if (this.#socket) return;
		if (this.#retry) clearTimeout(this.#retry);
		this.#status = 'connecting';
		this.#open();
	}

	/** Opens the socket; the answer closes it. Call it from `onMount`. */
	connect(): () => void {
		this.#open();
		const wake = () => this.#wake();
		const deafen = [on(window, 'online', wake), on(document, 'visibilitychange', wake)];
		return () => {
			for (const off of deafen) off();
			this.#stop();
		};
	}

	#open(): void {
		const Socket = this.#settings.WebSocketClass ?? WebSocket;
		const socket = new Socket(this.#settings.url ?? liveUrl(this.#settings.userId));
		this.#socket = socket;
		socket.onopen = () => this.#opened();
		socket.onmessage = ({ data }) => this.#take(data);
		socket.onclose = ({ code }) => this.#lost(code);
	}

	#opened(): void {
		this.#status = 'open';
		this.#lostAt = null;
		this.#attempts = 0;
		this.#welcome = false;
	}

	#lost(code: number): void {
		if (this.#status === 'open') this.#lostAt = new Date();
		this.#socket = null;
		this.#present.clear();
		this.#online = [];
		this.#status = code === CLOSE.signedOut ? 'signed-out' : 'lost';
		if (code === CLOSE.signedOut) return;
		const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempts++);
		this.#retry = setTimeout(() => this.#open(), wait * (0.5 + Math.random() / 2));
	}

	#wake(): void {
		if (this.#status !== 'lost' || this.#socket || document.visibilityState === 'hidden') return;
		if (this.#retry) clearTimeout(this.#retry);
		this.#open();
	}

	#stop(): void {
		if (this.#retry) clearTimeout(this.#retry);
		for (const { timer } of this.#topics.values()) if (timer) clearTimeout(timer);
		if (!this.#socket) return;
		this.#socket.onclose = null;
		this.#socket.close();
		this.#socket = null;
	}

	#take(text: unknown): void {
		if (!this.#welcome) {
			this.#welcome = true;
			// Whatever was said while nobody listened is lost, also between the page's making and this moment.
			this.#refetch();
		}
		const parsed = liveMessage.safeParse(typeof text === 'string' ? JSON.parse(text) : null);
		// A newer server may say what this page does not know yet; the next reload will.
		if (parsed.success) this.#heed(parsed.data);
	}

	#heed(message: LiveMessage): void {
		switch (message.type) {
			case 'hint':
				for (const watcher of this.#watchers) watcher(message.topic, message.ids);
				this.#schedule([message.topic]);
				break;
			case 'refetch':
				this.#refetch();
				break;
			case 'presence':
				if (message.people.length === 0) this.#present.delete(`${message.kind}/${message.id}`);
				else this.#present.set(`${message.kind}/${message.id}`, message.people);
				break;
			case 'online':
				this.#online = message.people;
		}
	}

	#refetch(): void {
		this.#schedule(TOPICS);
	}

	/** Reloads soon after a quiet time, otherwise when the last reload is two seconds old; never twice for one burst. */
	#schedule(names: readonly string[]): void {
		const idle = names.map((name) => this.#topic(name)).filter(({ timer }) => timer === null);
		const recent = idle.filter(({ ranAt }) => ranAt + BETWEEN_MS > Date.now());
		this.#reloadIn(
			SOON_MS,
			idle.filter((topic) => !recent.includes(topic))
		);
		for (const topic of recent) this.#reloadIn(topic.ranAt + BETWEEN_MS - Date.now(), [topic]);
	}

	/** All in one moment: Kit then asks the server once. */
	#reloadIn(ms: number, topics: readonly Topic[]): void {
		if (topics.length === 0) return;
		const jitter = topics.some(({ name }) => name === 'settings') ? SETTINGS_JITTER_MS : JITTER_MS;
		const timer = setTimeout(
			() => {
				for (const topic of topics) {
					topic.timer = null;
					topic.ranAt = Date.now();
					this.#settings.invalidate(`live:${topic.name}`);
				}
			},
			ms + Math.random() * jitter
		);
		for (const topic of topics) topic.timer = timer;
	}

	#topic(name: string): Topic {
		const topic = this.#topics.get(name) ?? { name, ranAt: 0, timer: null };
		this.#topics.set(name, topic);
		return topic;
	}
}

interface Topic {
	readonly name: string;
	ranAt: number;
	timer: ReturnType<typeof setTimeout> | null;
}

/** Nouns that loads may depend on as `live:<noun>`. */
const TOPICS = [
	...KIND_NAMES,
	...ROW_NOUNS,
	'import',
	'bulk',
	'view',
	'face',
	'kept',
	'notification',
	'reminder'
] as const;

export const [getLive, setLive] = createContext<LiveHints>();

function liveUrl(userId: string | undefined): string {
	const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
	return `${scheme}://${location.host}/ws/live${userId ? `?u=${userId}` : ''}`;
}
