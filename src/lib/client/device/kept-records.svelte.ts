import { z } from 'zod';
import { deleteDatabase, documentOf, DeviceList, type OpenLists } from './database.ts';
import { DeviceRecordStore, type RecordStore, type Remembered } from './record-store.ts';
import type { Tabs } from './tabs.ts';

const KeptRecord = z.object({
	kind: z.string(),
	id: z.string(),
	epoch: z.number(),
	committed: z.custom<Uint8Array>((input) => input instanceof Uint8Array),
	/** Changes that only this device has. */
	unsent: z.number(),
	title: z.string(),
	openedAt: z.number(),
	pinned: z.boolean()
});
export type KeptRecord = z.infer<typeof KeptRecord>;

/** Beyond this many, what was opened longest ago makes room; what is pinned or not yet sent stays. */
const MOST = 200;

const keyOf = ({ kind, id }: { readonly kind: string; readonly id: string }) => `${kind}/${id}`;

interface Listeners {
	/** The copy of a record made room for others. */
	onEvicted(record: KeptRecord): void;
	/** The list may have changed. */
	onLooked(): void;
}

/** The records whose documents are kept on this device. */
export class KeptRecords {
	readonly #userId: string;
	readonly #list: DeviceList<KeptRecord>;
	readonly #tabs: Tabs;
	readonly #onEvicted: (record: KeptRecord) => void;
	readonly #onLooked: () => void;
	#rows = $state.raw<readonly KeptRecord[]>([]);
	/** Opened by this page: touched once, however often they are remembered. */
	readonly #touched = new Set<string>();

	constructor(userId: string, database: OpenLists, tabs: Tabs, { onEvicted, onLooked }: Listeners) {
		this.#userId = userId;
		this.#tabs = tabs;
		this.#onEvicted = onEvicted;
		this.#onLooked = onLooked;
		this.#list = new DeviceList(database, 'records', KeptRecord, keyOf);
		tabs.hear('records', () => void this.reload());
	}

	/** Most recently opened first. */
	get all(): readonly KeptRecord[] {
		return this.#rows;
	}

	async reload(): Promise<void> {
		this.#rows = (await this.#list.all()).toSorted((a, b) => b.openedAt - a.openedAt);
		this.#onLooked();
	}

	/** The copy of one record, there or not yet. */
	store(kind: string, id: string): RecordStore {
		const key = keyOf({ kind, id });
		return new DeviceRecordStore({
			userId: this.#userId,
			kind,
			id,
			row: () => this.#list.get(key),
			put: (what) => this.#remember(kind, id, what),
			remove: () => this.#remove(key),
			tell: () => this.#tabs.tell(key)
		});
	}

	async pin(record: KeptRecord, pinned: boolean): Promise<void> {
		await this.#list.change(keyOf(record), (row) => ({ ...row, pinned }));
		await this.#changed();
	}

	/** Takes one copy off this device. */
	async drop(record: KeptRecord): Promise<void> {
		await this.#list.remove(keyOf(record));
		await deleteDatabase(documentOf(this.#userId, record.kind, record.id, record.epoch));
		await this.#changed();
	}

	/** Names of the databases of all copies. */
	async databases(): Promise<readonly string[]> {
		const rows = await this.#list.all();
		return rows.map(({ kind, id, epoch }) => documentOf(this.#userId, kind, id, epoch));
	}

	async #remember(kind: string, id: string, what: Remembered): Promise<void> {
		const key = keyOf({ kind, id });
		const row = await this.#list.get(key);
		const openedAt = this.#touched.has(key) && row ? row.openedAt : Date.now();
		await this.#list.put({ ...what, kind, id, openedAt, pinned: row?.pinned ?? false });
		const isNew = !this.#touched.has(key);
		this.#touched.add(key);
		if (isNew) await this.#makeRoom();
		if (isNew || row?.unsent !== what.unsent || row.title !== what.title) await this.#changed();
	}

	async #remove(key: string): Promise<void> {
		this.#touched.delete(key);
		await this.#list.remove(key);
		await this.#changed();
	}

	async #makeRoom(): Promise<void> {
		await this.reload();
		const loose = this.#rows.filter((row) => !row.pinned && row.unsent === 0);
		const room = MOST - (this.#rows.length - loose.length);
		for (const row of loose.slice(Math.max(0, room))) {
			await this.drop(row);
			this.#onEvicted(row);
		}
	}

	async #changed(): Promise<void> {
		this.#tabs.tell('records');
		await this.reload();
	}
}
