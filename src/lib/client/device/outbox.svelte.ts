import { z } from 'zod';
import { NOT_NOW, OutboxAnswer, type OutboxPost } from '#lib/records/outbox.ts';
import { newId } from '#lib/shared/ids.ts';
import { DeviceList, type OpenLists } from './database.ts';
import { alone } from './locks.ts';
import type { Tabs } from './tabs.ts';

const Entry = z.object({
	key: z.string(),
	at: z.number(),
	action: z.string(),
	input: z.record(z.string(), z.unknown()),
	/** What a person calls the record it is about. */
	title: z.string(),
	kind: z.string(),
	recordId: z.string().nullable(),
	/** How often the server has failed at it without a word. */
	failures: z.number(),
	/** The server's reason for not doing it; null while it waits to be sent. */
	refused: z
		.object({
			faults: z.array(
				z.object({
					field: z.string(),
					code: z.string(),
					params: z.record(z.string(), z.union([z.string(), z.number()])).optional()
				})
			),
			message: z.string().nullable()
		})
		.nullable()
});
export type OutboxEntry = z.infer<typeof Entry>;

export type NewEntry = Pick<OutboxEntry, 'action' | 'input' | 'title' | 'kind' | 'recordId'>;

type Sent = 'done' | 'refused' | 'failed' | 'later';

/** An entry that the server fails at this often is set aside like a refused one. */
const FAILURES_MAX = 5;

/**
 * What is to be done on the server as soon as it can be reached, in the order in which it was asked for.
 * A refused entry steps aside with its reason; only a lost line or a lost session stops the rest.
 */
export class Outbox {
	readonly #userId: string;
	readonly #list: DeviceList<OutboxEntry>;
	readonly #tabs: Tabs;
	readonly #onDone: (entry: OutboxEntry, kept: number) => void;
	#entries = $state.raw<readonly OutboxEntry[]>([]);
	#draining = false;

	constructor(
		userId: string,
		database: OpenLists,
		tabs: Tabs,
		onDone: (entry: OutboxEntry, kept: number) => void
	) {
		this.#userId = userId;
		this.#tabs = tabs;
		this.#onDone = onDone;
		this.#list = new DeviceList(database, 'outbox', Entry, ({ key }) => key);
		tabs.hear('outbox', () => void this.reload());
	}

	/** In the order in which they were put here. */
	get entries(): readonly OutboxEntry[] {
		return this.#entries;
	}

	get waiting(): readonly OutboxEntry[] {
		return this.#entries.filter(({ refused }) => refused === null);
	}

	get refused(): readonly OutboxEntry[] {
		return this.#entries.filter(({ refused }) => refused !== null);
	}

	async reload(): Promise<void> {
		// Ids of the same millisecond are in no order of their own; `at` counts up.
		this.#entries = (await this.#list.all()).toSorted((a, b) => a.at - b.at);
	}

	/** Resolves when the entry is on the disk. */
	async add(entry: NewEntry): Promise<OutboxEntry> {
		await this.reload();
		const at = Math.max(Date.now(), (this.#entries.at(-1)?.at ?? 0) + 1);
		const row = { ...entry, key: newId(), at, failures: 0, refused: null };
		await this.#list.put(row);
		await this.#changed();
		return row;
	}

	/** Puts a refused entry back into the queue, perhaps changed; as a new question it has a new key. */
	async retry({ key, ...entry }: OutboxEntry, input = entry.input): Promise<OutboxEntry> {
		const { action, title, kind, recordId } = entry;
		const added = await this.add({ action, input, title, kind, recordId });
		await this.discard(key);
		return added;
	}

	async discard(key: string): Promise<void> {
		await this.#list.remove(key);
		await this.#changed();
	}

	/** Sends what waits, one by one; one tab at a time. False when it has to be tried again later. */
	async drain(): Promise<boolean> {
		if (this.#draining) return true;
		this.#draining = true;
		try {
			return (await alone(`outbox:${this.#userId}`, () => this.#sendAll())) ?? true;
		} finally {
			this.#draining = false;
		}
	}

	async #sendAll(): Promise<boolean> {
		await this.reload();
		/** Keys that failed in this round, and records whose later entries must wait for them. */
		const held = new Set<string>();
		const isFree = ({ key, recordId }: OutboxEntry) =>
			!held.has(key) && !(recordId !== null && held.has(recordId));
		for (let entry = this.waiting.find(isFree); entry; entry = this.waiting.find(isFree)) {
			const sent = await this.#send(entry);
			if (sent === 'later') return false;
			if (sent === 'failed') held.add(entry.recordId ?? entry.key).add(entry.key);
			await this.#changed();
		}
		return held.size === 0;
	}

	async #send(entry: OutboxEntry): Promise<Sent> {
		const answer = await this.#ask(entry);
		if (answer === 'later') return 'later';
		if (answer === 'failed') {
			const failures = entry.failures + 1;
			const refused = failures < FAILURES_MAX ? null : { faults: [], message: null };
			await this.#list.change(entry.key, (row) => ({ ...row, failures, refused }));
			return 'failed';
		}
		if (answer.ok) {
			await this.#list.remove(entry.key);
			this.#onDone(entry, answer.kept);
			return 'done';
		}
		const { faults, message } = answer;
		await this.#list.change(entry.key, (row) => ({ ...row, refused: { faults, message } }));
		return 'refused';
	}

	/** The server's last word; `failed` when it could not say one, `later` when it cannot be asked now. */
	async #ask(entry: OutboxEntry): Promise<OutboxAnswer | 'failed' | 'later'> {
		const { key, action, input } = entry;
		const post: OutboxPost = { key, userId: this.#userId, action, input };
		try {
			const response = await fetch('/outbox', {
				method: 'POST',
				headers: { 'content-type': 'application/json', accept: 'application/json' },
				body: JSON.stringify(post),
				redirect: 'error'
			});
			if (response.status === 500) return 'failed';
			if (response.status > 500 || NOT_NOW.has(response.status)) return 'later';
			const read = OutboxAnswer.safeParse(await response.json());
			return read.success ? read.data : 'later';
		} catch {
			return 'later'; // no line, or something between us and the server answered in its place
		}
	}

	async #changed(): Promise<void> {
		this.#tabs.tell('outbox');
		await this.reload();
	}
}
