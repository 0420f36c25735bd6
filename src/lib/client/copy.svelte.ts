import * as Y from 'yjs';
import type { Acks } from './acks.svelte.ts';
import type { RecordStore } from './device/record-store.ts';

const PAUSE_MS = 250;
/** A device that cannot read its own disk in this time gets the record from the server alone. */
const PATIENCE_MS = 4_000;
/** Origin of what was committed but had not reached the copy when the device went dark. */
const REMEMBERED = Symbol('remembered');

interface Copied {
	readonly doc: Y.Doc;
	readonly acks: Acks;
	readonly store: RecordStore | null;
	title(): string;
	/** `atRisk` may have changed. */
	onRisk(): void;
}

/** Keeps this device's copy in step with an open record, or does nothing where nothing can be kept. */
export class Copy {
	readonly #record: Copied;
	#store: RecordStore | null;
	#epoch: number | null = null;
	#timer: ReturnType<typeof setTimeout> | null = null;
	#saidUnsent = false;
	#writing = $state(0);

	constructor(record: Copied) {
		this.#record = record;
		this.#store = record.store;
	}

	/** True while an edit may be in no other place than this page. */
	get atRisk(): boolean {
		return this.#writing > 0 || (this.#store === null && !this.#record.acks.settled);
	}

	/** True where edits outlive the page. */
	get keeps(): boolean {
		return this.#store !== null;
	}

	/** True for updates that are no edits of this page. */
	isOrigin(origin: unknown): boolean {
		return origin === REMEMBERED || (this.#store?.isOrigin(origin) ?? false);
	}

	/** Fills the document with what is kept; answers its epoch, or null when it has to come from the server. */
	async load(): Promise<number | null> {
		const { doc, acks } = this.#record;
		try {
			const kept = await within(PATIENCE_MS, this.#store?.load(doc) ?? Promise.resolve(null));
			if (!kept) return null;
			Y.applyUpdate(doc, kept.committed, REMEMBERED);
			acks.resume(kept.committed);
			this.#epoch = kept.epoch;
			this.#saidUnsent = !acks.settled;
			this.note();
			return kept.epoch;
		} catch {
			this.#giveUp();
			return null;
		}
	}

	/** The document has come from the server. */
	begin(epoch: number | null): void {
		if (epoch === null) return;
		const isNew = this.#epoch === null;
		this.#epoch = epoch;
		this.#store?.begin(this.#record.doc, epoch);
		if (isNew) this.#remember();
	}

	/** An edit was made here. */
	wrote(): void {
		if (!this.#store) return;
		this.#writing++;
		const done = () => {
			this.#writing--;
			this.#record.onRisk();
		};
		this.#store.flushed().then(done, () => {
			done();
			this.#giveUp();
		});
		this.note();
	}

	/** Something has changed that is worth remembering: soon, and at once when there are unsent edits for the first time. */
	note(): void {
		if (this.#epoch === null || !this.#store) return;
		if (!this.#record.acks.settled && !this.#saidUnsent) this.#remember();
		else this.#timer ??= setTimeout(() => this.#remember(), PAUSE_MS);
	}

	/** Takes in what other tabs of this device wrote meanwhile; true when there was something. */
	async absorb(): Promise<void> {
		await this.#store?.absorb();
	}

	/** Takes the copy off the device. */
	async wipe(): Promise<void> {
		this.#stop();
		await this.#store?.wipe();
	}

	/** Everything so far is on the disk when this resolves. */
	async flush(): Promise<void> {
		if (this.#timer) this.#remember();
		await this.#store?.flushed();
	}

	close(): void {
		if (this.#timer) this.#remember();
		this.#store?.close();
		this.#store = null;
	}

	#remember(): void {
		this.#stop();
		const { acks, title } = this.#record;
		if (this.#epoch === null || !this.#store) return;
		const unsent = acks.pending;
		this.#saidUnsent = unsent > 0;
		const what = { epoch: this.#epoch, committed: acks.committed, unsent, title: title() };
		this.#store.remember(what).catch(() => this.#giveUp());
	}

	#stop(): void {
		if (this.#timer) clearTimeout(this.#timer);
		this.#timer = null;
	}

	/** A full or broken disk: the page goes on without, and says so by not calling anything kept. */
	#giveUp(): void {
		this.#stop();
		this.#store?.close();
		this.#store = null;
	}
}

function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error('took too long')), ms);
		void work.then(resolve, reject).finally(() => clearTimeout(timer));
	});
}
