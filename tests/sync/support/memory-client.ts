import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { MESSAGE, type Notice } from '#lib/records/wire.ts';
import {
	awarenessFrame,
	markerFrame,
	step1Frame,
	step2Frame,
	updateFrame
} from '#lib/server/hub/frames.ts';
import { Peer } from '#lib/server/hub/peer.ts';
import type { Room } from '#lib/server/hub/room.ts';
import type { Actor } from '#lib/shared/actor.ts';

/** A person's tab on a socket without a network: what it says and hears is kept in order. */
export class MemoryClient {
	readonly doc = new Y.Doc();
	readonly peer: Peer;
	readonly heard: string[] = [];
	readonly notices: Notice[] = [];
	readonly people = new Map<number, unknown>();
	acked = 0;
	closed: number | null = null;
	#sent = 0;
	readonly #room: Room;

	constructor(
		room: Room,
		actor: Actor,
		{ epoch = null, version = 1 }: { epoch?: number | null; version?: number | null } = {}
	) {
		this.#room = room;
		this.peer = new Peer(
			{
				bufferedAmount: 0,
				send: (frame) => this.#hear(frame),
				close: (code) => {
					this.closed = code;
				},
				terminate: () => {
					this.closed = 1006;
				}
			},
			{ actor, cookie: actor.id, schemaVersion: version, epoch }
		);
		this.doc.on('update', (update: Uint8Array, origin: unknown) => {
			if (origin !== this) this.#room.receive(this.peer, updateFrame(update));
		});
		room.join(this.peer);
		room.receive(this.peer, step1Frame(Y.encodeStateVector(this.doc)));
	}

	get fields(): Record<string, unknown> {
		return this.doc.getMap('f').toJSON();
	}

	set(field: string, value: string): void {
		this.doc.getMap('f').set(field, value);
		this.mark();
	}

	mark(): void {
		this.#room.receive(this.peer, markerFrame(++this.#sent));
	}

	send(frame: Uint8Array): void {
		this.#room.receive(this.peer, frame);
	}

	present(clientId: number, clock: number, state: unknown): void {
		const update = encoding.encode((encoder) => {
			encoding.writeVarUint(encoder, 1);
			encoding.writeVarUint(encoder, clientId);
			encoding.writeVarUint(encoder, clock);
			encoding.writeVarString(encoder, JSON.stringify(state));
		});
		this.send(awarenessFrame(update));
	}

	hangUp(): void {
		this.#room.leave(this.peer);
	}

	#hear(frame: Uint8Array): void {
		const decoder = decoding.createDecoder(frame);
		switch (decoding.readVarUint(decoder)) {
			case MESSAGE.sync:
				this.#hearSync(decoding.readVarUint(decoder), decoding.readVarUint8Array(decoder));
				break;
			case MESSAGE.awareness:
				this.#hearPeople(decoding.createDecoder(decoding.readVarUint8Array(decoder)));
				break;
			case MESSAGE.marker:
				this.acked = decoding.readVarUint(decoder);
				this.heard.push(`ack ${this.acked}`);
				break;
			case MESSAGE.notice:
				this.notices.push(JSON.parse(decoding.readVarString(decoder)) as Notice);
		}
	}

	#hearSync(step: number, bytes: Uint8Array): void {
		this.heard.push(['step1', 'step2', 'update'][step] ?? 'unknown');
		if (step === 0) this.send(step2Frame(Y.encodeStateAsUpdate(this.doc, bytes)));
		else Y.applyUpdate(this.doc, bytes, this);
	}

	#hearPeople(decoder: decoding.Decoder): void {
		const count = decoding.readVarUint(decoder);
		for (let i = 0; i < count; i++) {
			const clientId = decoding.readVarUint(decoder);
			decoding.readVarUint(decoder);
			const state: unknown = JSON.parse(decoding.readVarString(decoder));
			if (state === null) this.people.delete(clientId);
			else this.people.set(clientId, state);
		}
	}
}
