import type { Awareness } from 'y-protocols/awareness';
import type { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
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
import { isSame } from '#lib/shared/same.ts';
import type { ClosedReason, Connection, SaveSource, SaveState } from './connection.svelte.ts';
import type { Keeper } from './keeper.ts';
import { LeaveGuard } from './leave-guard.ts';
import { LiveDocument } from './live-document.svelte.ts';
import { Notices, type PostedNotice, type ShownNotice } from './notices.svelte.ts';
import { peopleIn } from './people.ts';
import { sendSeen } from './socket.ts';
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
	/** Where edits outlive the page. */
	readonly keeper?: Keeper;
	/** What people call it. */
	title?(): string;
	/** Called when this document is of no more use and what was unsent is safe: open the record anew. */
	onrestart?(): void;
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
	readonly #options: LiveRecordOptions;
	readonly #document: LiveDocument;
	readonly #own: UndoSteps;
	readonly #typing = new Typing();
	readonly #notices: Notices;
	readonly #guard = new LeaveGuard();
	#rendered = $state.raw<RecordValues>({});
	#movements = $state(0);
	#release: (() => void) | null = null;
	readonly #values = $derived.by(() => this.#document.values());

	constructor(options: LiveRecordOptions) {
		this.kind = options.kind;
		this.id = options.id;
		this.#options = options;
		this.#rendered = options.values;
		this.#notices = new Notices(options.posted ?? []);
		this.#document = this.#open();
		this.#own = new UndoSteps(this.doc, options.kind);
	}

	get doc(): Y.Doc {
		return this.#document.doc;
	}

	get values(): RecordValues {
		return this.#values;
	}

	/** True once the document has come; stays so while the line is down. */
	get synced(): boolean {
		return this.#document.ready;
	}

	get readOnly(): boolean {
		return !this.#document.mayWrite;
	}

	get state(): SaveState {
		const { closed, line } = this.#document;
		if (closed) return closed === 'signed-out' ? 'signed-out' : 'closed';
		if (line?.status === 'lost') return 'offline';
		if (!this.settled) return 'saving';
		return this.#typing.any || this.#notices.anyRejected ? 'rejected' : 'saved';
	}

	get reason(): ClosedReason | null {
		const { closed } = this.#document;
		return closed === 'signed-out' ? null : closed;
	}

	get fault(): Fault | null {
		return this.#notices.all.find(({ type }) => type === 'rejected')?.fault ?? null;
	}

	/** Changes of mine that are not yet known to be committed. */
	get pending(): number {
		return this.#document.pending + this.#typing.count;
	}

	/** True when what is pending outlives this page. */
	get keeps(): boolean {
		return this.#document.keeps && this.#typing.count === 0;
	}

	/** True when every edit of this page is committed. */
	get settled(): boolean {
		return this.#document.settled && this.#typing.count === 0;
	}

	/** True once a record that was closed for good has nothing left here that is not in safety. */
	get handedOver(): boolean {
		return this.#document.handedOver;
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
		return this.#document.line?.provider ?? null;
	}

	get awareness(): Awareness | null {
		return this.#document.line?.awareness ?? null;
	}

	/** `seen` is what stood there when its author began to write, if somebody may have written since. */
	set(field: string, value: FieldValue, seen?: FieldValue): void {
		const isNews = seen !== undefined && !isSame(seen, this.#values[field] ?? null);
		if (isNews && this.provider) sendSeen(this.provider, field, seen);
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
		return this.synced ? this.doc.getXmlFragment(field) : null;
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
		this.#document.reconnect();
	}

	/** Opens copy and socket; the answer closes everything. Call it from `onMount`: never while rendering on the server. */
	connect(): () => void {
		this.#document.connect();
		this.#release = this.#options.connection?.add(this) ?? null;
		return () => this.destroy();
	}

	destroy(): void {
		this.#release?.();
		this.#release = null;
		this.#guard.set(false);
		this.#own.destroy();
		this.#document.destroy();
	}

	#open(): LiveDocument {
		const {
			kind,
			id,
			epoch,
			readOnly = false,
			userId,
			keeper,
			url,
			WebSocketClass
		} = this.#options;
		return new LiveDocument({
			...{ kind, id, epoch, readOnly, userId, keeper, url, WebSocketClass },
			title: () => this.#options.title?.() ?? '',
			rendered: () => this.#rendered,
			apply: (edit) => this.#own.write(edit),
			onNotice: (notice) => this.#noticed(notice),
			onMovement: () => this.#movements++,
			onRisk: () => this.#watchLeaving(),
			onEnd: () => this.#options.onrestart?.()
		});
	}

	#edit(edit: Edit): void {
		if (this.readOnly) return;
		this.#notices.edited(edit.field);
		this.#document.write(edit);
	}

	#noticed(notice: Extract<Notice, { field: string }>): void {
		// What was put back is not there to be undone; what overtook somebody is.
		const isMine = notice.type !== 'overtaken';
		if (isMine && !isSame(notice.value, notice.current)) this.#own.drop(notice.field);
		this.#notices.add(notice);
	}

	#watchLeaving(): void {
		this.#guard.set(this.#document.atRisk || this.#typing.any);
	}
}
