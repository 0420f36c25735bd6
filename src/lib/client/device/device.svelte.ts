import { createContext } from 'svelte';
import { on } from 'svelte/events';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit } from '#lib/records/values.ts';
import { newId } from '#lib/shared/ids.ts';
import type { SaveSource, SaveState } from '../connection.svelte.ts';
import type { Unsent } from '../difference.ts';
import type { Keeper, Named } from '../keeper.ts';
import { Aside, type Why } from './aside.svelte.ts';
import { deleteEverythingOf, listsFor } from './database.ts';
import { KeptRecords, type KeptRecord } from './kept-records.svelte.ts';
import { hold } from './locks.ts';
import { deletePages } from './page-caches.ts';
import { Outbox, type NewEntry, type OutboxEntry } from './outbox.svelte.ts';
import type { RecordStore } from './record-store.ts';
import { lockOf, sendUnsent } from './sender.ts';
import { Tabs } from './tabs.ts';

export interface DeviceSettings {
	readonly userId: string;
	readonly kinds: readonly RecordKind[];
	/** A record's copy is gone, or is to go: so must its page. */
	onForgotten(kind: string, id: string): void;
	/** The server did what had waited here. */
	onDone(entry: OutboxEntry, kept: number): void;
	/** Edits that were sent from here lost to newer ones; the server keeps them for their author. */
	onKept(title: string, count: number): void;
	/** Something typed was not accepted. */
	onSetAside(record: Named, why: Why, count: number): void;
	/** Gets the newer program and starts again with it. */
	onTooOld(): void;
}

/** The server takes no more in one piece. */
const HAND_IN_AT_ONCE = 100;
const SOON_MS = 300;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;

/**
 * Everything that this device keeps for one person: copies of records, what waits to be sent, and what
 * was not accepted. Sends what can be sent whenever there is a chance, from whatever page is open.
 */
export class Device implements SaveSource, Keeper {
	readonly saves = false;
	readonly keeps = true;
	readonly reason = null;
	readonly records: KeptRecords;
	readonly outbox: Outbox;
	readonly aside: Aside;
	readonly #settings: DeviceSettings;
	readonly #tabs: Tabs;
	readonly #open = new Map<string, number>();
	#works = $state(false);
	#busy = $state(false);
	#retry: ReturnType<typeof setTimeout> | null = null;
	#failures = 0;
	#again = false;
	#stopped = false;

	constructor(settings: DeviceSettings) {
		const { userId } = settings;
		this.#settings = settings;
		this.#tabs = new Tabs(userId);
		const database = listsFor(userId);
		this.records = new KeptRecords(userId, database, this.#tabs, {
			onEvicted: ({ kind, id }) => settings.onForgotten(kind, id),
			onLooked: () => this.#sendSoon()
		});
		this.outbox = new Outbox(userId, database, this.#tabs, (entry, kept) =>
			settings.onDone(entry, kept)
		);
		this.aside = new Aside(database, this.#tabs);
	}

	/** False where nothing can be kept: a private window, a full disk. */
	get works(): boolean {
		return this.#works;
	}

	/** Kept records with edits that no page of this tab is about to send. */
	get unsent() {
		return this.records.all.filter(({ kind, id, unsent }) => unsent > 0 && !this.#isOpen(kind, id));
	}

	get pending(): number {
		const edits = this.unsent.reduce((sum, { unsent }) => sum + unsent, 0);
		return edits + this.outbox.waiting.length;
	}

	/** What was refused or not accepted and still stands here. */
	get attention(): number {
		return this.outbox.refused.length + this.aside.all.length;
	}

	get state(): SaveState {
		if (this.pending === 0) return 'saved';
		return this.#busy ? 'saving' : 'offline';
	}

	/** Begins to look after what is kept; the answer ends it. Call it from `onMount`. */
	start(): () => void {
		this.#tabs.open();
		void this.#begin();
		const look = () => this.send();
		const deafen = [
			on(window, 'online', look),
			on(document, 'visibilitychange', () => {
				if (document.visibilityState === 'visible') look();
			}),
			this.#tabs.hear('wiped', () => location.reload())
		];
		return () => {
			this.#stopped = true;
			if (this.#retry) clearTimeout(this.#retry);
			for (const off of deafen) off();
			this.#tabs.close();
		};
	}

	/** Sends what waits, now; what cannot go out is tried again later by itself. */
	send(): void {
		if (!this.#works || this.#stopped) return;
		if (this.#retry) clearTimeout(this.#retry);
		this.#retry = null;
		void this.#sendAll();
	}

	/** Takes one record and its page off the device. */
	async forget(record: KeptRecord): Promise<void> {
		await this.records.drop(record);
		this.#settings.onForgotten(record.kind, record.id);
	}

	/** Takes everything of this person off the device. */
	async wipe(): Promise<void> {
		const names = await this.records.databases().catch(() => []);
		this.#stopped = true;
		const { userId } = this.#settings;
		await Promise.all([deletePages(userId), deleteEverythingOf(userId, names)]);
		this.#tabs.tell('wiped');
	}

	/** Puts something to be done into the outbox and tries it at once; null where nothing can be kept. */
	async later(entry: NewEntry): Promise<OutboxEntry | null> {
		if (!this.#works) return null;
		const added = await this.outbox.add(entry);
		this.send();
		return added;
	}

	store(kind: string, id: string): RecordStore {
		return this.records.store(kind, id);
	}

	opened(kind: string, id: string): () => void {
		const key = lockOf(this.#settings.userId, kind, id);
		this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
		const letGo = hold(key);
		return () => {
			this.#open.set(key, (this.#open.get(key) ?? 1) - 1);
			letGo();
			// The list is told after the last word about the copy is written.
			void this.records.reload().catch(() => {});
		};
	}

	hear(kind: string, id: string, listener: () => void): () => void {
		return this.#tabs.hear(`${kind}/${id}`, listener);
	}

	async setAside(record: Named, why: Why, changes: readonly Unsent[]): Promise<void> {
		const { id } = await this.aside.put({
			kind: record.kind,
			recordId: record.id,
			title: record.title,
			why,
			changes: changes.map(({ field, mine, base }) => ({ field, mine, base }))
		});
		await this.#handIn(record, id, changes);
		this.#settings.onSetAside(record, why, changes.length);
		if (why === 'no-access' || why === 'gone') this.#settings.onForgotten(record.kind, record.id);
	}

	/** The server keeps it too, so that its author finds it from everywhere. */
	async #handIn(record: Named, asideId: string, changes: readonly Unsent[]): Promise<void> {
		const drafts = changes.map(({ field, mine, base }) => ({
			...{ id: newId(), kind: record.kind, recordId: record.id, field },
			...{ value: mine, current: base }
		}));
		for (let at = 0; at < drafts.length; at += HAND_IN_AT_ONCE) {
			await this.outbox.add({
				action: 'kept.handIn',
				input: { drafts: drafts.slice(at, at + HAND_IN_AT_ONCE) },
				...{ title: record.title, kind: record.kind, recordId: asideId }
			});
		}
		this.send();
	}

	async replay({ kind, id, title }: Named, edits: readonly Edit[]): Promise<void> {
		await this.outbox.add({
			action: 'record.edit',
			input: { kind, id, edits },
			...{ title, kind, recordId: id }
		});
		this.send();
	}

	renew(): void {
		this.#settings.onTooOld();
	}

	async #begin(): Promise<void> {
		try {
			await Promise.all([this.records.reload(), this.outbox.reload(), this.aside.reload()]);
			this.#works = true;
		} catch {
			return;
		}
		this.send();
	}

	/** A page that was left before its edits were acknowledged: somebody has to ask what became of them. */
	#sendSoon(): void {
		if (this.#stopped || this.#busy || this.unsent.length === 0) return;
		this.#retry ??= setTimeout(() => this.send(), SOON_MS);
	}

	async #sendAll(): Promise<void> {
		this.#again = this.#busy;
		if (this.#busy || this.pending === 0) return;
		this.#busy = true;
		const { userId, kinds, onKept } = this.#settings;
		try {
			const isOpen = (kind: string, id: string) => this.#isOpen(kind, id);
			const drained = await this.outbox.drain();
			const sent = await sendUnsent({ userId, kinds, keeper: this, isOpen, onKept }, this.unsent);
			await this.records.reload();
			this.#failures = drained && sent ? 0 : this.#failures + 1;
		} catch {
			this.#failures++;
		}
		this.#busy = false;
		if (this.#stopped || this.pending === 0) return;
		// Somebody has asked meanwhile, perhaps because the line is back.
		if (this.#again) this.#failures = 0;
		const wait = this.#again
			? SOON_MS
			: Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
		this.#retry = setTimeout(() => this.send(), wait * (0.5 + Math.random() / 2));
	}

	#isOpen(kind: string, id: string): boolean {
		return (this.#open.get(lockOf(this.#settings.userId, kind, id)) ?? 0) > 0;
	}
}

export const [getDevice, setDevice] = createContext<Device>();
