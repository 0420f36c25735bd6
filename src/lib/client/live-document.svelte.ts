import * as Y from 'yjs';
import { defineRoots, readValues } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import type { Notice } from '#lib/records/wire.ts';
import { Acks } from './acks.svelte.ts';
import type { ClosedReason } from './connection.svelte.ts';
import { Copy } from './copy.svelte.ts';
import { unsentBetween, type Unsent } from './difference.ts';
import type { Keeper } from './keeper.ts';
import { Line } from './line.svelte.ts';
import { Overwritten } from './overwritten.ts';
import { preview } from './preview.ts';
import { fateOf, rescue } from './recovery.ts';
import { closedReason } from './socket.ts';

export interface LiveDocumentSettings {
	readonly kind: RecordKind;
	readonly id: string;
	readonly epoch: number | null;
	readonly readOnly: boolean;
	readonly userId?: string | undefined;
	readonly keeper?: Keeper | undefined;
	readonly url?: string | undefined;
	readonly WebSocketClass?: typeof WebSocket | undefined;
	title(): string;
	/** Writes an edit into the document, in a way that can be undone. */
	apply(edit: Edit): void;
	/** What the server rendered: the base of what is edited before the document has come. */
	rendered(): RecordValues;
	onNotice(notice: Extract<Notice, { field: string }>): void;
	onMovement(): void;
	/** Whether an edit may be lost with the page may have changed. */
	onRisk(): void;
	/** The document is of no more use, and what was unsent is safe. */
	onEnd(): void;
}

/**
 * The document of one open record between its three places: this page, the copy on the device, and the
 * server. Knows which edits are committed, and brings the others to safety when the document ends.
 */
export class LiveDocument {
	readonly doc = new Y.Doc();
	readonly #settings: LiveDocumentSettings;
	readonly #acks: Acks;
	readonly #copy: Copy;
	readonly #overwritten = new Overwritten();
	/** What was unsent when the update began that is being applied. */
	#before: readonly Unsent[] = [];
	#line = $state.raw<Line | null>(null);
	#early = $state.raw<readonly Edit[]>([]);
	#version = $state(0);
	#ready = $state(false);
	#closed = $state.raw<ClosedReason | 'signed-out' | null>(null);
	#mayWrite = $state(true);
	#epoch: number | null;
	#leaving: (() => void)[] = [];
	#destroyed = false;
	/** Bringing to safety what is unsent; must come to its end also when the page is left meanwhile. */
	#rescue: Promise<void> | null = null;
	#handedOver = $state(false);

	constructor(settings: LiveDocumentSettings) {
		this.#settings = settings;
		this.#epoch = settings.epoch;
		this.#mayWrite = !settings.readOnly;
		defineRoots(this.doc, settings.kind);
		this.#acks = new Acks(settings.kind, this.doc);
		this.#copy = new Copy({
			doc: this.doc,
			acks: this.#acks,
			store: settings.keeper?.store(settings.kind.name, settings.id) ?? null,
			title: () => settings.title(),
			onRisk: () => settings.onRisk()
		});
	}

	/** True once the document is here, from this device or from the server; stays so while the line is down. */
	get ready(): boolean {
		return this.#ready;
	}

	get line(): Line | null {
		return this.#line;
	}

	get closed(): ClosedReason | 'signed-out' | null {
		return this.#closed;
	}

	/** True once a document that ended has nothing left here. */
	get handedOver(): boolean {
		return this.#handedOver;
	}

	get mayWrite(): boolean {
		return this.#mayWrite && this.#closed === null;
	}

	/** True when every edit is committed. */
	get settled(): boolean {
		return this.#acks.settled && this.#early.length === 0;
	}

	/** Changes that are not known to be committed. */
	get pending(): number {
		void this.#version;
		return this.#acks.pending + this.#early.length;
	}

	/** True while an edit would go with the page. */
	get atRisk(): boolean {
		return this.#early.length > 0 || this.#copy.atRisk;
	}

	/** True where edits outlive the page. */
	get keeps(): boolean {
		return this.#copy.keeps && this.#early.length === 0;
	}

	/** The values as they stand here, edits that wait for the document included. */
	values(): RecordValues {
		void this.#version;
		const rendered = this.#settings.rendered();
		if (!this.#ready) return preview(rendered, this.#early);
		return { ...rendered, ...readValues(this.doc, this.#settings.kind) };
	}

	write(edit: Edit): void {
		if (this.#ready) {
			this.#settings.apply(edit);
		} else {
			// Written into an empty document it would compete with the value that is there.
			this.#early = [...this.#early, edit];
			this.#settings.onRisk();
		}
	}

	/** Tries again after signing in, or at once instead of after the wait. */
	reconnect(): void {
		if (this.#closed !== null && this.#closed !== 'signed-out') return;
		this.#closed = null;
		this.#line?.open(this.#epoch);
	}

	/** Opens copy and socket. */
	connect(): void {
		const { kind, id, userId, url, WebSocketClass, keeper, onNotice, onMovement } = this.#settings;
		this.#line = new Line({
			...{ kind, id, doc: this.doc, userId, url, WebSocketClass, onMovement },
			onSynced: () => this.#begin(),
			onLost: () => this.#saveOverwritten(),
			onMarker: (number) => this.#acknowledge(number),
			onNotice: (notice) => ('field' in notice ? onNotice(notice) : this.#heed(notice)),
			onClosed: (code) => this.#close(closedReason(code))
		});
		this.doc.on('beforeTransaction', ({ origin }: Y.Transaction) => {
			if (origin === this.#line?.provider) this.#before = this.#acks.unsentFields();
		});
		// After the provider's own listener: the marker must follow the update it stands for.
		this.doc.on('update', (update: Uint8Array, origin: unknown) => this.#updated(update, origin));
		if (keeper) {
			this.#leaving.push(keeper.opened(kind.name, id));
			this.#leaving.push(keeper.hear(kind.name, id, () => this.#absorb()));
		}
		void this.#start(this.#line);
	}

	destroy(): void {
		if (this.#destroyed) return;
		this.#destroyed = true;
		for (const leave of this.#leaving.splice(0)) leave();
		this.#line?.destroy();
		this.#line = null;
		const end = () => {
			this.#copy.close();
			this.#acks.destroy();
			this.doc.destroy();
		};
		if (this.#rescue) void this.#rescue.then(end, end);
		else end();
	}

	/** The copy first: what came out of it while the line is open would go out as if it were typed now. */
	async #start(line: Line): Promise<void> {
		const epoch = await this.#copy.load();
		if (this.#destroyed) return;
		if (epoch !== null) {
			this.#epoch = epoch;
			this.#useDocument();
		}
		line.open(this.#epoch);
	}

	#updated(update: Uint8Array, origin: unknown): void {
		this.#version++;
		if (origin === this.#line?.provider) {
			this.#acks.heard(update);
			this.#overwritten.note(this.#before, this.#acks.unsentFields(), this.#acks.written);
			this.#copy.note();
		} else if (!this.#copy.isOrigin(origin)) {
			this.#acks.wrote();
			this.#copy.wrote();
			this.#mark();
			this.#settings.onRisk();
		}
	}

	/** Another tab has written. While the line is up it sends that itself, and we hear of it from there. */
	#absorb(): void {
		if (this.#line?.status !== 'lost') return;
		void this.#copy.absorb().then(() => {
			if (this.#destroyed || !this.#acks.lacks()) return;
			this.#acks.wrote();
			this.#mark();
			this.#copy.note();
		});
	}

	#mark(): void {
		this.#line?.mark(() => this.#acks.written);
	}

	/** After each handshake: by now the server has been given every edit that it lacked. */
	#begin(): void {
		this.#copy.begin(this.#epoch);
		this.#useDocument();
		if (!this.#acks.settled) this.#mark();
	}

	/** Made again as a change of what was there when it was written: the server compares, and keeps what loses. */
	#saveOverwritten(): void {
		const changes = this.#overwritten.take();
		const { kind, id, title, keeper, onNotice } = this.#settings;
		const tell = () => {
			const values = this.values();
			for (const { field, mine: value } of changes) {
				const current = values[field] ?? null;
				onNotice({
					type: 'conflict',
					id: null,
					rev: 0,
					field,
					fault: null,
					value,
					current,
					by: null
				});
			}
		};
		if (changes.length === 0) return;
		if (!keeper) return tell();
		const record = { kind: kind.name, id, title: title() };
		rescue(keeper, record, changes, { why: null }).catch(tell);
	}

	#useDocument(): void {
		this.#ready = true;
		const early = this.#early;
		this.#early = [];
		for (const edit of early) this.#settings.apply(edit);
	}

	#acknowledge(number: number): void {
		this.#acks.acknowledge(number);
		this.#overwritten.acknowledge(number);
		this.#version++;
		this.#copy.note();
		this.#settings.onRisk();
	}

	#heed(notice: Exclude<Notice, { field: string }>): void {
		if (notice.type === 'welcome') {
			this.#mayWrite = notice.mayWrite;
			this.#epoch = notice.epoch;
			this.#line?.expect(notice.epoch);
		} else {
			// What was written is in no other copy; only a fresh document is right again.
			this.#line?.hangUp();
			this.#close('read-only');
		}
	}

	/** The end of this document, or of this session. */
	#close(reason: ClosedReason | 'signed-out'): void {
		if (this.#destroyed || this.#closed) return;
		// What stands in an input belongs to what is rescued; a lost session leaves it where it is.
		if (reason !== 'signed-out') leaveInput();
		this.#closed = reason;
		const { keeper } = this.#settings;
		if (reason !== 'signed-out' && keeper) this.#rescue = this.#bringToSafety(reason, keeper);
	}

	async #bringToSafety(reason: ClosedReason, keeper: Keeper): Promise<void> {
		const { kind, id, title, onRisk, onEnd } = this.#settings;
		const record = { kind: kind.name, id, title: title() };
		if (reason === 'too-old') {
			await this.#copy.flush();
			if (!this.#ready) await rescue(keeper, record, this.#unsent(), { why: null });
			keeper.renew();
			return;
		}
		const fate = fateOf(reason);
		await rescue(keeper, record, this.#unsent(), fate);
		this.#early = [];
		await this.#copy.wipe();
		this.#handedOver = true;
		onRisk();
		if (fate.goesOn && !this.#destroyed) onEnd();
	}

	#unsent(): readonly Unsent[] {
		if (this.#ready) return this.#acks.unsent();
		const rendered = this.#settings.rendered();
		return unsentBetween(this.#settings.kind, rendered, preview(rendered, this.#early));
	}
}

/** Has the input that somebody is in hand its text on. */
function leaveInput(): void {
	if (typeof document === 'undefined') return;
	if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}
