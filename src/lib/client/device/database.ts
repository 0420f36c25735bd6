import * as idb from 'lib0/indexeddb';
import type { z } from 'zod';

// What a device keeps of one person lies in databases whose names begin with his id, so that nobody
// else ever reads or sends it, and so that everything of his can be taken away by name:
//   tandem:<user>                          lists: records, outbox, aside
//   tandem:<user>:<kind>:<id>:<epoch>      the document of one record, kept by y-indexeddb

const PREFIX = 'tandem:';

export const listsOf = (userId: string) => `${PREFIX}${userId}`;

export const documentOf = (userId: string, kind: string, id: string, epoch: number) =>
	`${listsOf(userId)}:${kind}:${id}:${epoch}`;

type ListName = 'records' | 'outbox' | 'aside';

/** One list of a person on this device; what an older version left in another form is not in it. */
export class DeviceList<Row> {
	readonly #name: ListName;
	readonly #schema: z.ZodType<Row>;
	readonly #keyOf: (row: Row) => string;
	readonly #database: OpenLists;

	constructor(
		database: OpenLists,
		name: ListName,
		schema: z.ZodType<Row>,
		keyOf: (row: Row) => string
	) {
		this.#database = database;
		this.#name = name;
		this.#schema = schema;
		this.#keyOf = keyOf;
	}

	async all(): Promise<readonly Row[]> {
		const store = await this.#open('readonly');
		const rows: unknown[] = await idb.getAll(store);
		return rows.flatMap((row) => {
			const read = this.#schema.safeParse(row);
			return read.success ? [read.data] : [];
		});
	}

	async get(key: string): Promise<Row | null> {
		const read = this.#schema.safeParse(await idb.get(await this.#open('readonly'), key));
		return read.success ? read.data : null;
	}

	/** Resolves when the row is on the disk. */
	async put(row: Row): Promise<void> {
		const store = await this.#open('readwrite');
		const done = finished(store.transaction);
		store.put(row, this.#keyOf(row));
		await done;
	}

	/** Changes a row in one transaction, if it is still there. */
	async change(key: string, change: (row: Row) => Row): Promise<void> {
		const store = await this.#open('readwrite');
		const done = finished(store.transaction);
		const read = this.#schema.safeParse(await idb.get(store, key));
		if (read.success) store.put(change(read.data), key);
		await done;
	}

	async remove(key: string): Promise<void> {
		await idb.del(await this.#open('readwrite'), key);
	}

	async #open(access: IDBTransactionMode): Promise<IDBObjectStore> {
		return (await this.#database()).transaction([this.#name], access).objectStore(this.#name);
	}
}

/** Opens the lists at their first use. */
export type OpenLists = () => Promise<IDBDatabase>;

export function listsFor(userId: string): OpenLists {
	let opened: Promise<IDBDatabase> | null = null;
	return () =>
		(opened ??= idb.openDB(listsOf(userId), (database) => {
			idb.createStores(database, [['records'], ['outbox'], ['aside']]);
		}));
}

/** Takes away everything that this device keeps of a person. */
export async function deleteEverythingOf(userId: string, known: readonly string[]): Promise<void> {
	// Firefox before 126 cannot list its databases.
	const listed = (await indexedDB.databases?.().catch(() => [])) ?? [];
	const own = listed.flatMap(({ name }) => (name?.startsWith(listsOf(userId)) ? [name] : []));
	const names = new Set([...own, ...known, listsOf(userId)]);
	await Promise.all([...names].map((name) => deleteDatabase(name)));
}

/** Resolves also when another tab still has it open: it is gone as soon as that tab lets go. */
export function deleteDatabase(name: string): Promise<void> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.deleteDatabase(name);
		request.onsuccess = () => resolve();
		request.onblocked = () => resolve();
		request.onerror = () => reject(request.error ?? new Error(`${name} could not be deleted`));
	});
}

export function finished(transaction: IDBTransaction): Promise<void> {
	return new Promise((resolve, reject) => {
		transaction.oncomplete = () => resolve();
		transaction.onabort = () => reject(transaction.error ?? new Error('not stored'));
	});
}
