import type { Awareness } from 'y-protocols/awareness';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { defineRoots, readValues } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Person } from '#lib/records/people.ts';
import type {
	Edit,
	EmailEntry,
	FieldValue,
	PhoneEntry,
	RecordValues
} from '#lib/records/values.ts';
import type { Notice } from '#lib/records/wire.ts';
import { isSame } from '#lib/shared/same.ts';
import { Acks } from './acks.svelte.ts';
import type { ClosedReason, Connection, SaveSource, SaveState } from './connection.svelte.ts';
import { LeaveGuard } from './leave-guard.ts';
import { Line } from './line.svelte.ts';
import { Notices, type PostedNotice, type ShownNotice } from './notices.svelte.ts';
import { peopleIn } from './people.ts';
import { preview } from './preview.ts';
import { closedReason } from './socket.ts';
import { Typing } from './typing.svelte.ts';
import { UndoSteps } from './undo.svelte.ts';

export interface LiveRecordOptions {
	readonly kind: RecordKind;
	readonly id: string;
	/** What the server rendered. */
	readonly values: RecordValues;
	readonly epoch: number | null;
	readonly readOnly?: boolean;
	/** My own id: my other tabs are not other people. */
	readonly userId?: string;
	/** What the server did not take from a form posted without JavaScript. */
	readonly posted?: readonly PostedNotice[];
	/** The tab's state line. */
	readonly connection?: Connection;
	readonly url?: string;
	readonly WebSocketClass?: typeof WebSocket;
}

/**
 * One open record. Shows the rendered values until the document has come, keeps what was edited before
 * that, and knows which edits are committed: `saved` is said only after the server's word for it.
 */
export class LiveRecord implements SaveSource {
	readonly saves = true;
	readonly kind: RecordKind;
	readonly id: string;
	readonly doc = new Y.Doc();
	readonly #options: LiveRecordOptions;
	readonly #acks: Acks;
	readonly #own: UndoSteps;
	readonly #typing = new Typing();
	readonly #notices: Notices;
	readonly #guard = new LeaveGuard();
	#line = $state.raw<Line | null>(null);
	#rendered = $state.raw<RecordValues>({});
	#early = $state.raw<readonly Edit[]>([]);
	#version = $state(0);
	#movements = $state(0);
	#synced = $state(false);
	#closed = $state.raw<ClosedReason | 'signed-out' | null>(null);
	#readOnly = $state(false);
	#epoch: number | null;
	#release: (() => void) | null = null;
	readonly #values = $derived.by(() => this.#shown());

	constructor(options: LiveRecordOptions) {
		this.kind = options.kind;
		this.id = options.id;
		this.#options = options;
		this.#rendered = options.values;
		this.#readOnly = options.readOnly ?? false;
		this.#epoch = options.epoch;
		this.#notices = new Notices(options.posted ?? []);
		this.#acks = new Acks(options.kind, this.doc);
		defineRoots(this.doc, options.kind);
		this.#own = new UndoSteps(this.doc, options.kind);
	}

	get values(): RecordValues {
		return this.#values;
	}

	/** True once the document has come; stays so while the line is down. */
	get synced(): boolean {
		return this.#synced;
	}

	get readOnly(): boolean {
		return this.#readOnly || this.#closed !== null;
	}

	get state(): SaveState {
		if (this.#closed) return this.#closed === 'signed-out' ? 'signed-out' : 'closed';
		if (this.#line?.status === 'lost') return 'offline';
		if (this.#isUnsaved) return 'saving';
		return this.#typing.any || this.#notices.anyRejected ? 'rejected' : 'saved';
	}

	get reason(): ClosedReason | null {
		return this.#closed === 'signed-out' ? null : this.#closed;
	}

	/** Changes of mine that are not yet known to be committed. */
	get pending(): number {
		void this.#version;
		return this.#acks.pending + this.#early.length + this.#typing.count;
	}

	get notices(): readonly ShownNotice[] {
		return this.#notices.all;
	}

	/** Who else is here and in which field, as the server says. */
	get people(): readonly (Person & { readonly field: string | null })[] {
		void this.#movements;
		return this.awareness ? peopleIn(this.awareness, this.#options.userId) : [];
	}

	get provider(): WebsocketProvider | null {
		return this.#line?.provider ?? null;
	}

	get awareness(): Awareness | null {
		return this.#line?.awareness ?? null;
	}

	set(field: string, value: FieldValue): void {
		this.#edit({ field, set: value });
	}

	addTo(field: string, id: string): void {
		this.#edit({ field, add: [id] });
	}

	removeFrom(field: string, id: string): void {
		this.#edit({ field, remove: [id] });
	}

	put(field: string, entryId: string, entry: EmailEntry | PhoneEntry): void {
		this.#edit({ field, put: { [entryId]: entry } });
	}

	remove(field: string, entryId: string): void {
		this.#edit({ field, remove: [entryId] });
	}

	/** Says that an input holds text which is not in the record yet, or which its field refuses. */
	draft(input: object, state: 'typing' | 'refused' | null): void {
		this.#typing.note(input, state);
		this.#watchLeaving();
	}

	/** Tells the others which field I am in. */
	focus(field: string | null): void {
		this.awareness?.setLocalStateField('field', field);
	}

	/** The rich text for the editor; null until the document has come. */
	fragment(field: string): Y.XmlFragment | null {
		return this.#synced ? this.doc.getXmlFragment(field) : null;
	}

	dismiss(noticeId: string): void {
		this.#notices.dismiss(noticeId);
	}

	get canUndo(): boolean {
		return !this.readOnly && this.#own.canUndo;
	}

	get canRedo(): boolean {
		return !this.readOnly && this.#own.canRedo;
	}

	/** Takes back my last edit that nobody has overwritten; answers its field, or null. */
	undo(): string | null {
		return this.canUndo ? this.#own.undo() : null;
	}

	redo(): string | null {
		return this.canRedo ? this.#own.redo() : null;
	}

	/** Takes in the steps of an editor that keeps its own, such as that of the notes; the answer lets go of them. */
	undoWith(field: string, manager: Y.UndoManager): () => void {
		return this.#own.add(manager, () => field);
	}

	/** Takes over what the page's load found anew: fields that are not in the document. */
	refresh(values: RecordValues): void {
		this.#rendered = values;
	}

	/** Tries again after signing in, or at once instead of after the wait. */
	reconnect(): void {
		this.#closed = null;
		this.#line?.open(this.#epoch);
	}

	/** Opens the socket; the answer closes everything. Call it from `onMount`: never while rendering on the server. */
	connect(): () => void {
		const line = new Line({
			kind: this.kind,
			id: this.id,
			doc: this.doc,
			url: this.#options.url,
			WebSocketClass: this.#options.WebSocketClass,
			onSynced: () => this.#begin(),
			onMarker: (number) => this.#acknowledge(number),
			onNotice: (notice) => this.#heed(notice),
			onClosed: (code) => this.#close(code),
			onMovement: () => this.#movements++
		});
		this.#line = line;
		// After the provider's own listener: the marker must follow the update it stands for.
		this.doc.on('update', (update: Uint8Array, origin: unknown) => this.#updated(update, origin));
		this.#release = this.#options.connection?.add(this) ?? null;
		line.open(this.#epoch);
		return () => this.destroy();
	}

	destroy(): void {
		this.#release?.();
		this.#release = null;
		this.#guard.set(false);
		this.#own.destroy();
		this.#line?.destroy();
		this.#line = null;
		this.#acks.destroy();
		this.doc.destroy();
	}

	get #isUnsaved(): boolean {
		return !this.#acks.settled || this.#early.length > 0 || this.#typing.count > 0;
	}

	#edit(edit: Edit): void {
		if (this.readOnly) return;
		this.#notices.edited(edit.field);
		if (this.#synced) {
			this.#own.write(edit);
		} else {
			// Written into an empty document it would compete with the value that is there.
			this.#early = [...this.#early, edit];
			this.#watchLeaving();
		}
	}

	#shown(): RecordValues {
		void this.#version;
		if (!this.#synced) return preview(this.#rendered, this.#early);
		return { ...this.#rendered, ...readValues(this.doc, this.kind) };
	}

	#updated(update: Uint8Array, origin: unknown): void {
		this.#version++;
		if (origin === this.provider) {
			this.#acks.heard(update);
			return;
		}
		this.#acks.wrote();
		this.#watchLeaving();
		this.#line?.mark(() => this.#acks.written);
	}

	#begin(): void {
		this.#synced = true;
		const early = this.#early;
		this.#early = [];
		for (const edit of early) this.#own.write(edit);
		if (!this.#acks.settled) this.#line?.mark(() => this.#acks.written);
	}

	#acknowledge(number: number): void {
		this.#acks.acknowledge(number);
		this.#watchLeaving();
	}

	#heed(notice: Notice): void {
		if (notice.type === 'welcome') {
			this.#readOnly = !notice.mayWrite;
			this.#epoch = notice.epoch;
			this.#line?.expect(notice.epoch);
		} else if (notice.type === 'read-only') {
			// What was written is in no other copy; only a fresh document is right again.
			this.#readOnly = true;
			this.#closed = 'refused';
			this.#line?.hangUp();
		} else {
			if (!isSame(notice.value, notice.current)) this.#own.drop(notice.field);
			this.#notices.add(notice);
		}
	}

	#close(code: number): void {
		this.#closed = closedReason(code);
	}

	#watchLeaving(): void {
		this.#guard.set(this.#isUnsaved || this.#typing.any);
	}
}
