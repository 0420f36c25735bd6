import { on } from 'svelte/events';
import { SvelteMap } from 'svelte/reactivity';
import type { Awareness } from 'y-protocols/awareness';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { defineRoots, readValues, rootsOf, writeEdit } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Person } from '#lib/records/people.ts';
import type {
	Edit,
	EmailEntry,
	Fault,
	FieldValue,
	PhoneEntry,
	RecordValues
} from '#lib/records/values.ts';
import type { Notice } from '#lib/records/wire.ts';
import { newId } from '#lib/shared/ids.ts';
import type { ClosedReason, Connection, SaveSource, SaveState } from './connection.svelte.ts';
import { peopleIn } from './people.ts';
import { preview } from './preview.ts';
import { closedReason, openSocket, sendMarker } from './socket.ts';

/** Origin of every edit made through the inline editors; only these are undone here. */
const LOCAL = Symbol('local edit');

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
	readonly posted?: readonly Omit<ShownNotice, 'id'>[];
	/** The tab's state line. */
	readonly connection?: Connection;
	readonly url?: string;
	readonly WebSocketClass?: typeof WebSocket;
}

interface ShownNotice {
	readonly id: string;
	readonly type: 'rejected' | 'conflict';
	readonly field: string;
	readonly fault: Fault | null;
	readonly mine: FieldValue;
	readonly current: FieldValue;
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
	readonly #undo: Y.UndoManager;
	#rendered = $state.raw<RecordValues>({});
	#early = $state.raw<readonly Edit[]>([]);
	#version = $state(0);
	#movements = $state(0);
	#synced = $state(false);
	#line = $state<'connecting' | 'open' | 'lost'>('connecting');
	#closed = $state.raw<ClosedReason | 'signed-out' | null>(null);
	#readOnly = $state(false);
	#sent = $state(0);
	#acked = $state(0);
	#notices = $state.raw<readonly ShownNotice[]>([]);
	#provider = $state.raw<WebsocketProvider | null>(null);
	/** Texts that stand in an input and nowhere else. */
	readonly #drafts = new SvelteMap<object, 'typing' | 'refused'>();
	#markerDue = false;
	#release: (() => void) | null = null;
	/** Only while something is unsaved: the listener keeps a page out of the browser's back cache. */
	#unguard: (() => void) | null = null;
	readonly #values = $derived.by(() => this.#shown());

	constructor(options: LiveRecordOptions) {
		this.kind = options.kind;
		this.id = options.id;
		this.#options = options;
		this.#rendered = options.values;
		this.#readOnly = options.readOnly ?? false;
		this.#notices = (options.posted ?? []).map((notice) => ({ ...notice, id: notice.field }));
		defineRoots(this.doc, options.kind);
		this.#undo = new Y.UndoManager(undoable(this.doc, options.kind), {
			trackedOrigins: new Set([LOCAL]),
			captureTimeout: 500
		});
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
		if (this.#line === 'lost') return 'offline';
		if (this.pending > 0) return 'saving';
		const refused = this.#drafts.size > 0 || this.#notices.some(({ type }) => type === 'rejected');
		return refused ? 'rejected' : 'saved';
	}

	get reason(): ClosedReason | null {
		return this.#closed === 'signed-out' ? null : this.#closed;
	}

	/** Changes of mine that are not yet known to be committed. */
	get pending(): number {
		const typing = [...this.#drafts.values()].filter((state) => state === 'typing');
		return this.#sent - this.#acked + this.#early.length + typing.length;
	}

	get notices(): readonly ShownNotice[] {
		return this.#notices;
	}

	/** Who else is here and in which field, as the server says. */
	get people(): readonly (Person & { readonly field: string | null })[] {
		void this.#movements;
		return this.awareness ? peopleIn(this.awareness, this.#options.userId) : [];
	}

	get provider(): WebsocketProvider | null {
		return this.#provider;
	}

	get awareness(): Awareness | null {
		return this.#provider?.awareness ?? null;
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
		if (state === null) this.#drafts.delete(input);
		else this.#drafts.set(input, state);
		this.#guard();
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
		this.#notices = this.#notices.filter(({ id }) => id !== noticeId);
	}

	undo(): void {
		this.#undo.undo();
	}

	redo(): void {
		this.#undo.redo();
	}

	/** Takes over what the page's load found anew: fields that are not in the document. */
	refresh(values: RecordValues): void {
		this.#rendered = values;
	}

	/** Tries again after signing in, or at once instead of after the wait. */
	reconnect(): void {
		this.#closed = null;
		this.#provider?.connect();
	}

	/** Opens the socket; the answer closes everything. Call it from `onMount`: never while rendering on the server. */
	connect(): () => void {
		const provider = openSocket({
			doc: this.doc,
			kind: this.kind.name,
			id: this.id,
			params: this.#params(this.#options.epoch),
			onMarker: (number) => this.#acknowledge(number),
			onNotice: (notice) => this.#heed(notice),
			url: this.#options.url,
			WebSocketClass: this.#options.WebSocketClass
		});
		this.#provider = provider;
		// After the provider's own listener: the marker must follow the update it stands for.
		this.doc.on('update', (_update: Uint8Array, origin: unknown) => this.#updated(origin));
		provider.awareness.on('change', () => this.#movements++);
		provider.on('status', ({ status }) => this.#turned(status));
		provider.on('connection-close', () => {
			this.#line = 'lost';
		});
		provider.on('sync', (synced: boolean) => synced && this.#begin());
		provider.on('closed', ({ code }: { code: number }) => {
			this.#closed = closedReason(code);
		});
		const leave = this.#options.connection?.add(this);
		this.#release = () => leave?.();
		provider.connect();
		return () => this.destroy();
	}

	destroy(): void {
		this.#release?.();
		this.#release = null;
		this.#unguard?.();
		this.#undo.destroy();
		this.#provider?.destroy();
		this.#provider = null;
		this.doc.destroy();
	}

	#edit(edit: Edit): void {
		if (this.readOnly) return;
		this.#notices = this.#notices.filter(({ field }) => field !== edit.field);
		if (this.#synced) {
			this.doc.transact(() => writeEdit(this.doc, this.kind, edit), LOCAL);
		} else {
			// Written into an empty document it would compete with the value that is there.
			this.#early = [...this.#early, edit];
			this.#guard();
		}
	}

	#shown(): RecordValues {
		void this.#version;
		if (!this.#synced) return preview(this.#rendered, this.#early);
		return { ...this.#rendered, ...readValues(this.doc, this.kind) };
	}

	#updated(origin: unknown): void {
		this.#version++;
		if (origin === this.#provider) return;
		this.#sent++;
		this.#guard();
		this.#mark();
	}

	/** Asks for one acknowledgement for everything that is written in this turn. */
	#mark(): void {
		if (this.#markerDue) return;
		this.#markerDue = true;
		queueMicrotask(() => {
			this.#markerDue = false;
			if (this.#provider) sendMarker(this.#provider, this.#sent);
		});
	}

	/** After each handshake: by now the server has been given every edit that it lacked. */
	#begin(): void {
		this.#synced = true;
		const early = this.#early;
		this.#early = [];
		this.doc.transact(() => {
			for (const edit of early) writeEdit(this.doc, this.kind, edit);
		}, LOCAL);
		if (this.#sent > this.#acked) this.#mark();
	}

	#acknowledge(number: number): void {
		this.#acked = Math.max(this.#acked, number);
		this.#guard();
	}

	#heed(notice: Notice): void {
		if (notice.type === 'welcome') {
			this.#readOnly = !notice.mayWrite;
			if (this.#provider) this.#provider.params = this.#params(notice.epoch);
		} else if (notice.type === 'read-only') {
			// What was written is in no other copy; only a fresh document is right again.
			this.#readOnly = true;
			this.#closed = 'refused';
			this.#provider?.disconnect();
		} else {
			this.#notices = [...this.#notices, { ...notice, id: newId(), mine: notice.value }];
		}
	}

	#turned(status: string): void {
		if (status === 'connected') {
			this.#line = 'open';
			// A new clock, or those who saw us leave would not see us come back.
			this.awareness?.setLocalState(this.awareness.getLocalState());
		}
	}

	#params(epoch: number | null): Record<string, string> {
		const version = { v: String(this.kind.schemaVersion) };
		return epoch === null ? version : { ...version, e: String(epoch) };
	}

	#guard(): void {
		if (this.pending > 0 || this.#drafts.size > 0) {
			this.#unguard ??= on(window, 'beforeunload', (event) => event.preventDefault());
		} else {
			this.#unguard?.();
			this.#unguard = null;
		}
	}
}

/** What undo may touch: everything but rich texts, which their editor undoes itself. */
const undoable = (doc: Y.Doc, kind: RecordKind) =>
	[...rootsOf(kind)].filter(([, shape]) => shape !== 'richText').map(([name]) => doc.getMap(name));
