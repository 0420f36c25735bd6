import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { defineRoots, rootsOf } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import { CLOSE, MESSAGE, type Notice } from '#lib/records/wire.ts';
import { markerFrame, step1Frame, step2Frame, updateFrame } from '#lib/server/hub/frames.ts';
import type { Line } from './line.ts';
import type { Random } from './random.ts';
import type { Appointment, VirtualClock } from './virtual-clock.ts';

/** What somebody last wanted under one key of a top-level map. */
export interface Wish {
	readonly root: string;
	readonly key: string;
	/** Absent for a key that was taken away. */
	readonly value: unknown;
	/** Where the value stands in its author's document: "client clock". */
	readonly item: string;
}

/** One edit of a tab, and where its own writing ends with it. */
export interface Sent {
	readonly clientId: number;
	readonly clock: number;
	readonly wishes: readonly Wish[];
}

export interface Witness {
	/** A tab sends one edit live: exactly these bytes stand for it. */
	wrote(update: Uint8Array, sent: Sent): void;
	/** The tab is told that everything up to this clock of its own is saved. */
	acked(client: SimClient, clock: number): void;
	/** A wish that has been called saved. */
	saved(client: SimClient, wish: Wish): void;
	/** The server ended the tab's socket for good. */
	dismissed(client: SimClient, code: number): void;
	breach(claim: string): void;
}

export interface TabDeps {
	readonly kind: RecordKind;
	readonly clock: VirtualClock;
	readonly random: Random;
	readonly witness: Witness;
	/** Opens a line to some hub; null while none answers. */
	dial(client: SimClient): Line | null;
	/** Signs the person in again; his tab goes on with the new session. */
	signIn(client: SimClient): void;
}

interface Kept {
	readonly state: Uint8Array;
	readonly epoch: number | null;
	readonly edits: number;
}

/** A tab as LiveRecord and y-websocket make it, on a line that may do anything but lie. */
export class SimClient {
	doc = new Y.Doc();
	/** Of the session that the tab was opened with. */
	cookie: string;
	readonly userId: string;
	readonly notices: Notice[] = [];
	epoch: number | null = null;
	/** True while the handshake of this line is over. */
	synced = false;
	/** True once the document has come: from then on the person may type, with a line or without. */
	ready = false;
	mayWrite = false;
	closed: number | null = null;
	/** What the hub said with the code. */
	reason = '';
	bytesHeard = 0;
	readonly #deps: TabDeps;
	#undo: Y.UndoManager;
	#line: Line | null = null;
	#wasAsked = false;
	#redial: Appointment | null = null;
	#edits = 0;
	#acked = 0;
	readonly #clocks = new Map<number, number>();
	readonly #wishes = new Map<string, { readonly wish: Wish; readonly edit: number }>();
	#disk: Kept | null = null;

	constructor(userId: string, cookie: string, deps: TabDeps) {
		this.userId = userId;
		this.cookie = cookie;
		this.#deps = deps;
		this.#undo = this.#fresh();
	}

	get connected(): boolean {
		return this.#line !== null;
	}

	get pending(): number {
		return this.#edits - this.#acked;
	}

	get line(): Line | null {
		return this.#line;
	}

	open(): void {
		if (this.#redial) this.#redial.cancelled = true;
		this.#redial = null;
		if (this.#line) return;
		this.closed = null;
		this.synced = false;
		this.#wasAsked = false;
		const line = this.#deps.dial(this);
		if (!line) return this.#openLater(500);
		this.#line = line;
		line.client.listen({
			hear: (frame) => this.#line === line && this.#hear(frame),
			lost: (code) => this.#line === line && this.#lost(code)
		});
		line.server.send(step1Frame(Y.encodeStateVector(this.doc)));
	}

	/** The person goes offline, or the tab gives the line up. */
	hangUp(): void {
		const line = this.#line;
		this.#line = null;
		this.synced = false;
		line?.hangUp();
	}

	edit(change: (doc: Y.Doc) => void): void {
		if (this.ready) this.doc.transact(() => change(this.doc), LOCAL);
	}

	undo(): void {
		if (this.ready) this.#undo.undo();
	}

	/** The browser keeps a copy, some time after the edit. */
	keep(): void {
		this.#disk = {
			state: Y.encodeStateAsUpdate(this.doc),
			epoch: this.epoch,
			edits: this.#edits
		};
	}

	/** The tab is gone. The next one begins with the kept copy, if there is one and it is looked for. */
	crash(looksOnDisk: boolean): void {
		this.hangUp();
		const disk = looksOnDisk ? this.#disk : null;
		const kept = [...this.#wishes].filter(([, { edit }]) => disk && edit <= disk.edits);
		this.reset();
		if (disk) {
			Y.applyUpdate(this.doc, disk.state, this);
			this.epoch = disk.epoch;
			this.ready = disk.epoch !== null;
			// What of it is saved already, it does not know.
			this.#edits = 1;
			for (const [key, { wish }] of kept) this.#wishes.set(key, { wish, edit: 1 });
		}
		this.open();
	}

	/** Begins again with nothing. */
	reset(): void {
		this.#undo = this.#fresh();
		this.epoch = null;
		this.ready = false;
		this.synced = false;
		this.#edits = 0;
		this.#acked = 0;
		this.#clocks.clear();
		this.#wishes.clear();
		this.#disk = null;
	}

	#fresh(): Y.UndoManager {
		this.doc.destroy();
		const doc = new Y.Doc();
		this.doc = doc;
		doc.clientID = this.#deps.random.clientId();
		defineRoots(doc, this.#deps.kind);
		doc.on('update', (update, origin, _doc, transaction) => {
			if (origin !== this) this.#wrote(update, transaction);
		});
		const roots = [...rootsOf(this.#deps.kind)].map(([name, shape]) =>
			shape === 'richText' ? doc.getXmlFragment(name) : doc.getMap(name)
		);
		return new Y.UndoManager(roots, { trackedOrigins: new Set([LOCAL]), captureTimeout: 0 });
	}

	#wrote(update: Uint8Array, transaction: Y.Transaction): void {
		const edit = ++this.#edits;
		const wishes = wishesOf(this.doc, this.#deps.kind, transaction);
		for (const wish of wishes) this.#wishes.set(`${wish.root}\n${wish.key}`, { wish, edit });
		const { clientID: clientId, store } = this.doc;
		const clock = Y.getState(store, clientId);
		this.#clocks.set(edit, clock);
		this.#deps.witness.wrote(update, { clientId, clock, wishes });
		this.#line?.server.send(updateFrame(update));
		this.#mark();
	}

	#mark(): void {
		this.#line?.server.send(markerFrame(this.#edits));
	}

	#hear(frame: Uint8Array): void {
		this.bytesHeard += frame.length;
		const decoder = decoding.createDecoder(frame);
		switch (decoding.readVarUint(decoder)) {
			case MESSAGE.sync:
				this.#hearSync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
				break;
			case MESSAGE.marker:
				this.#acknowledge(decoding.readVarUint(decoder));
				break;
			case MESSAGE.notice:
				this.#heed(JSON.parse(decoding.readVarString(decoder)) as Notice); // our own JSON
		}
	}

	#hearSync(step: number, bytes: Uint8Array): void {
		if (step === 0) {
			this.#wasAsked = true;
			this.#line?.server.send(step2Frame(Y.encodeStateAsUpdate(this.doc, bytes)));
			return;
		}
		Y.applyUpdate(this.doc, bytes, this);
		if (step !== 1) return;
		const { witness } = this.#deps;
		if (!this.#wasAsked) witness.breach('handshake over before the tab was asked for its edits');
		this.synced = true;
		this.ready = true;
		if (this.pending > 0) this.#mark();
	}

	#acknowledge(number: number): void {
		const { witness } = this.#deps;
		if (number > this.#edits) witness.breach('acknowledged what was never sent');
		this.#acked = Math.max(this.#acked, number);
		witness.acked(this, this.#clocks.get(number) ?? 0);
		for (const [key, { wish, edit }] of this.#wishes) {
			if (edit > number) continue;
			this.#wishes.delete(key);
			witness.saved(this, wish);
		}
	}

	#heed(notice: Notice): void {
		this.notices.push(notice);
		if (notice.type === 'welcome') {
			this.epoch = notice.epoch;
			this.mayWrite = notice.mayWrite;
		} else if (notice.type === 'read-only') {
			this.mayWrite = false;
			this.hangUp();
			this.reset();
			this.#openLater(1_000);
		}
	}

	#lost(code: number): void {
		this.#line = null;
		this.synced = false;
		this.closed = code;
		const isFinal = code >= 4400 && code < 4500;
		if (isFinal) this.#deps.witness.dismissed(this, code);
		if (code === CLOSE.signedOut) this.#deps.signIn(this);
		else if (isFinal) this.reset();
		this.#openLater(isFinal ? 3_000 : 100 + this.#deps.random.next() * 2_400);
	}

	#openLater(ms: number): void {
		this.#redial = this.#deps.clock.at(ms, () => this.open());
	}
}

/** Which keys of top-level maps a local transaction has touched, and what they hold now. */
function wishesOf(doc: Y.Doc, kind: RecordKind, { changed }: Y.Transaction): readonly Wish[] {
	return [...rootsOf(kind)].flatMap(([root, shape]) => {
		if (shape === 'richText') return [];
		const map = doc.getMap(root);
		// Yjs declares the keys with another event type than maps have.
		const keys = (changed as ReadonlyMap<unknown, ReadonlySet<string | null>>).get(map);
		return [...(keys ?? [])].flatMap((key) =>
			key === null ? [] : [{ root, key, value: map.get(key), item: itemOf(map, key) }]
		);
	});
}

function itemOf(map: Y.Map<unknown>, key: string): string {
	const id = map._map.get(key)?.id;
	return id ? `${id.client} ${id.clock}` : '';
}

const LOCAL = Symbol('local');
