import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { defineRoots, rootsOf } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import { MESSAGE, type Notice } from '#lib/records/wire.ts';
import { markerFrame, step1Frame, step2Frame, updateFrame } from '#lib/server/hub/frames.ts';
import { Peer } from '#lib/server/hub/peer.ts';
import type { Room } from '#lib/server/hub/room.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { Random } from './random.ts';

export interface Witness {
	/** A frame leaves the server. */
	broadcast(update: Uint8Array): void;
	/** The client is told that everything up to this state is saved. */
	acked(client: SimClient, clock: number): void;
}

/** A tab whose line is slow, breaks, and is mended when the script says so. */
export class SimClient {
	doc = new Y.Doc();
	undo: Y.UndoManager;
	readonly actor: Actor;
	readonly notices: Notice[] = [];
	/** Edits thrown away with the document because the server closed with 4400 or took no edit at all. */
	resets = 0;
	closed: number | null = null;
	synced = false;
	readonly #kind: RecordKind;
	readonly #random: Random;
	readonly #witness: Witness;
	#room: Room | null = null;
	#peer: Peer | null = null;
	#toServer: Uint8Array[] = [];
	#toClient: Uint8Array[] = [];
	#marker = 0;
	/** Own clock when each marker was sent. */
	readonly #clocks = new Map<number, number>();

	constructor(kind: RecordKind, actor: Actor, random: Random, witness: Witness) {
		this.#kind = kind;
		this.actor = actor;
		this.#random = random;
		this.#witness = witness;
		this.undo = this.#fresh();
	}

	get connected(): boolean {
		return this.#peer !== null;
	}

	get waiting(): { readonly toServer: number; readonly toClient: number } {
		return { toServer: this.#toServer.length, toClient: this.#toClient.length };
	}

	connect(room: Room): void {
		this.#room = room;
		this.closed = null;
		this.synced = false;
		this.#peer = new Peer(
			{
				bufferedAmount: 0,
				send: (frame) => this.#sent(frame),
				close: (code) => this.#close(code),
				terminate: () => this.#close(1006)
			},
			{ actor: this.actor, cookie: this.actor.id, schemaVersion: 1, epoch: null }
		);
		room.join(this.#peer);
		this.#toServer.push(step1Frame(Y.encodeStateVector(this.doc)));
	}

	/** The line breaks; what was on its way is lost. */
	disconnect(): void {
		if (this.#peer) this.#room?.leave(this.#peer);
		this.#peer = null;
		this.#toServer = [];
		this.#toClient = [];
	}

	edit(change: (doc: Y.Doc) => void): void {
		this.doc.transact(() => change(this.doc), LOCAL);
		this.mark();
	}

	mark(): void {
		if (!this.connected) return;
		this.#clocks.set(++this.#marker, Y.getState(this.doc.store, this.doc.clientID));
		this.#toServer.push(markerFrame(this.#marker));
	}

	/** Lets one frame through to the server. */
	deliverUp(): void {
		const frame = this.#toServer.shift();
		if (frame && this.#peer && this.#room) this.#room.receive(this.#peer, frame);
	}

	/** Lets one frame through from the server. */
	deliverDown(): void {
		const frame = this.#toClient.shift();
		if (frame) this.#hear(frame);
	}

	/** A client that has to start again does so with an empty document. */
	reset(): void {
		this.resets++;
		this.undo = this.#fresh();
	}

	#fresh(): Y.UndoManager {
		this.doc = new Y.Doc();
		this.doc.clientID = this.#random.clientId();
		defineRoots(this.doc, this.#kind);
		const { doc } = this;
		doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin !== this && this.connected) this.#toServer.push(updateFrame(update));
		});
		const roots = [...rootsOf(this.#kind)].map(([name, shape]) =>
			shape === 'richText' ? doc.getXmlFragment(name) : doc.getMap(name)
		);
		return new Y.UndoManager(roots, { trackedOrigins: new Set([LOCAL]), captureTimeout: 0 });
	}

	#sent(frame: Uint8Array): void {
		const decoder = decoding.createDecoder(frame);
		if (decoding.readVarUint(decoder) === MESSAGE.sync && decoding.readVarUint(decoder) !== 0) {
			this.#witness.broadcast(decoding.readVarUint8Array(decoder));
		}
		this.#toClient.push(frame);
	}

	#close(code: number): void {
		this.closed = code;
		this.#peer = null;
		this.#toServer = [];
		this.#toClient = [];
		if (code === 4400) this.reset();
	}

	#hear(frame: Uint8Array): void {
		const decoder = decoding.createDecoder(frame);
		switch (decoding.readVarUint(decoder)) {
			case MESSAGE.sync:
				this.#hearSync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
				break;
			case MESSAGE.marker:
				this.#witness.acked(this, this.#clocks.get(decoding.readVarUint(decoder)) ?? 0);
				break;
			case MESSAGE.notice:
				this.#heed(JSON.parse(decoding.readVarString(decoder)) as Notice); // our own JSON
		}
	}

	#hearSync(step: number, bytes: Uint8Array): void {
		if (step === 0) {
			this.#toServer.push(step2Frame(Y.encodeStateAsUpdate(this.doc, bytes)));
			return;
		}
		Y.applyUpdate(this.doc, bytes, this);
		if (step === 1) this.synced = true;
	}

	#heed(notice: Notice): void {
		this.notices.push(notice);
		if (notice.type !== 'read-only') return;
		this.disconnect();
		this.reset();
	}
}

const LOCAL = Symbol('local');
