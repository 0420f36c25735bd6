import { fetchUpdates, IndexeddbPersistence } from 'y-indexeddb';
import type * as Y from 'yjs';
import { deleteDatabase, documentOf, finished } from './database.ts';

/** What the device knew about a record when it was last closed. */
export interface Kept {
	readonly epoch: number;
	/** The state that the server had committed, as one update. */
	readonly committed: Uint8Array;
}

/** What is to be remembered beside the document. */
export interface Remembered extends Kept {
	readonly unsent: number;
	readonly title: string;
}

/**
 * The copy of one record on this device. Edits go into it as they are made; beside it stands what the
 * server has committed, so that the difference can be told after any crash.
 */
export interface RecordStore {
	/** Fills the document with what is kept; null when there is nothing to start from. */
	load(doc: Y.Doc): Promise<Kept | null>;
	/** Begins to keep a document that has just come from the server. */
	begin(doc: Y.Doc, epoch: number): void;
	/** True for updates that came out of this store. */
	isOrigin(origin: unknown): boolean;
	/** Takes in what other tabs of this device have written since. */
	absorb(): Promise<void>;
	remember(what: Remembered): Promise<void>;
	/** Resolves when everything written so far is on the disk. */
	flushed(): Promise<void>;
	/** Takes the copy away for good. */
	wipe(): Promise<void>;
	close(): void;
}

export interface Shelf {
	readonly userId: string;
	readonly kind: string;
	readonly id: string;
	row(): Promise<Kept | null>;
	put(what: Remembered): Promise<void>;
	remove(): Promise<void>;
	/** Tells other tabs that there is something new in this store. */
	tell(): void;
}

/** Keeps a record with y-indexeddb, and its line in the list of kept records. */
export class DeviceRecordStore implements RecordStore {
	readonly #shelf: Shelf;
	#persistence: IndexeddbPersistence | null = null;
	#wiped = false;

	constructor(shelf: Shelf) {
		this.#shelf = shelf;
	}

	async load(doc: Y.Doc): Promise<Kept | null> {
		const kept = await this.#shelf.row();
		if (!kept) return null;
		this.#open(doc, kept.epoch);
		await this.#persistence?.whenSynced;
		return kept;
	}

	begin(doc: Y.Doc, epoch: number): void {
		if (!this.#persistence && !this.#wiped) this.#open(doc, epoch);
	}

	isOrigin(origin: unknown): boolean {
		return origin !== null && origin === this.#persistence;
	}

	async absorb(): Promise<void> {
		if (this.#persistence?.synced) await fetchUpdates(this.#persistence);
	}

	async remember(what: Remembered): Promise<void> {
		if (!this.#wiped) await this.#shelf.put(what);
	}

	async flushed(): Promise<void> {
		await this.#persistence?.whenSynced;
		const database = this.#persistence?.db;
		if (!database) return;
		// Runs after every write to the same list that was asked for before.
		await finished(database.transaction(['updates'], 'readonly'));
		this.#shelf.tell();
	}

	async wipe(): Promise<void> {
		this.#wiped = true;
		const name = this.#persistence?.name;
		await this.#persistence?.destroy();
		this.#persistence = null;
		await this.#shelf.remove();
		if (name) await deleteDatabase(name);
	}

	close(): void {
		void this.#persistence?.destroy();
		this.#persistence = null;
	}

	#open(doc: Y.Doc, epoch: number): void {
		const { userId, kind, id } = this.#shelf;
		const persistence = new IndexeddbPersistence(documentOf(userId, kind, id, epoch), doc);
		this.#persistence = persistence;
		// Taken away under our feet, by a sign-out in another tab: writing would only throw.
		void persistence._db.then((database) =>
			database.addEventListener('versionchange', () => {
				this.#wiped = true;
				void persistence.destroy();
			})
		);
	}
}
