import * as Y from 'yjs';
import type { Why } from '#lib/client/device/aside.svelte.ts';
import type { Kept, RecordStore, Remembered } from '#lib/client/device/record-store.ts';
import type { Unsent } from '#lib/client/difference.ts';
import type { Keeper, Named } from '#lib/client/keeper.ts';
import type { Edit } from '#lib/records/values.ts';

interface Copy {
	updates: Uint8Array[];
	remembered: Remembered | null;
}

/** A device whose disk is this object: what a browser keeps, without a browser. */
export class MemoryDevice implements Keeper {
	readonly copies = new Map<string, Copy>();
	readonly aside: { record: Named; why: Why; changes: readonly Unsent[] }[] = [];
	readonly replayed: { record: Named; edits: readonly Edit[] }[] = [];
	renewals = 0;

	unsent(kind: string, id: string): number | null {
		return this.copies.get(`${kind}/${id}`)?.remembered?.unsent ?? null;
	}

	store(kind: string, id: string): RecordStore {
		return new MemoryStore(this.copies, `${kind}/${id}`);
	}

	opened(): () => void {
		return () => {};
	}

	hear(): () => void {
		return () => {};
	}

	async setAside(record: Named, why: Why, changes: readonly Unsent[]): Promise<void> {
		this.aside.push({ record, why, changes });
	}

	async replay(record: Named, edits: readonly Edit[]): Promise<void> {
		this.replayed.push({ record, edits });
	}

	renew(): void {
		this.renewals++;
	}
}

class MemoryStore implements RecordStore {
	readonly #copies: Map<string, Copy>;
	readonly #key: string;
	#doc: Y.Doc | null = null;
	#wiped = false;
	readonly #write = (update: Uint8Array, origin: unknown) => {
		if (origin !== this) this.#copies.get(this.#key)?.updates.push(update);
	};

	constructor(copies: Map<string, Copy>, key: string) {
		this.#copies = copies;
		this.#key = key;
	}

	async load(doc: Y.Doc): Promise<Kept | null> {
		const copy = this.#copies.get(this.#key);
		if (!copy?.remembered) return null;
		for (const update of copy.updates) Y.applyUpdate(doc, update, this);
		this.#follow(doc);
		return copy.remembered;
	}

	begin(doc: Y.Doc): void {
		if (this.#doc || this.#wiped) return;
		this.#copies.set(this.#key, { updates: [Y.encodeStateAsUpdate(doc)], remembered: null });
		this.#follow(doc);
	}

	isOrigin(origin: unknown): boolean {
		return origin === this;
	}

	async absorb(): Promise<void> {}

	async remember(what: Remembered): Promise<void> {
		const copy = this.#copies.get(this.#key);
		if (copy && !this.#wiped) copy.remembered = what;
	}

	async flushed(): Promise<void> {}

	async wipe(): Promise<void> {
		this.#wiped = true;
		this.close();
		this.#copies.delete(this.#key);
	}

	close(): void {
		this.#doc?.off('update', this.#write);
		this.#doc = null;
	}

	#follow(doc: Y.Doc): void {
		this.#doc = doc;
		doc.on('update', this.#write);
	}
}
