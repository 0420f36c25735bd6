import type { Edit } from '#lib/records/values.ts';
import type { Unsent } from './difference.ts';
import type { Why } from './device/aside.svelte.ts';
import type { RecordStore } from './device/record-store.ts';

/** A record as a person knows it. */
export interface Named {
	readonly kind: string;
	readonly id: string;
	readonly title: string;
}

/** Where an open record leaves what must outlive it; the device is one. */
export interface Keeper {
	store(kind: string, id: string): RecordStore;
	/** Says for as long as it is open that this page sends the record's edits itself. */
	opened(kind: string, id: string): () => void;
	/** Calls back when another tab of this device has written into the record's copy. */
	hear(kind: string, id: string, listener: () => void): () => void;
	/** Keeps what was typed and not accepted, to be read again; resolves when it is on the disk. */
	setAside(record: Named, why: Why, changes: readonly Unsent[]): Promise<void>;
	/** Has the edits made again on the record as it now is; resolves when they are on the disk. */
	replay(record: Named, edits: readonly Edit[]): Promise<void>;
	/** The server speaks a newer language: gets the newer program and starts again with it. */
	renew(): void;
}
