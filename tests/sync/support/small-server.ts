import * as Y from 'yjs';
import { defineRoots, emptyOf, readValues, writeValues } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { decode } from '#lib/server/records/structs.ts';
import { settle } from '#lib/server/records/settle.ts';
import type { Outcome } from '#lib/server/records/settlement.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { company, PEOPLE, type Subject } from './world.ts';

/** A server that settles and remembers, and nothing else: for properties of `settle` on the real Yjs. */
export class SmallServer {
	readonly doc = new Y.Doc();
	readonly subject: Subject;
	values: RecordValues;
	readonly #owners = new Map<number, string>();

	constructor(first: RecordValues = {}, subject = company) {
		this.subject = subject;
		const { kind } = subject.inMemory;
		this.values = Object.fromEntries(
			Object.entries(kind.fields).map(([name, field]) => [
				name,
				first[name] ?? subject.first[name] ?? emptyOf(field)
			])
		);
		defineRoots(this.doc, kind);
		writeValues(this.doc, kind, this.values);
	}

	/** Takes what this replica has and the server lacks; the replica gets nothing back. */
	take(from: Replica, mode: 'live' | 'replay' = 'live'): Outcome {
		const update = Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(this.doc));
		const decoded = decode(update);
		if (!decoded) throw new Error('a replica writes updates');
		this.#owners.set(from.doc.clientID, from.actor.id);
		const everything = new Set(Object.values(this.subject.referable).flat());
		const settled = settle(
			{
				serverKind: this.subject.inMemory,
				doc: this.doc,
				row: this.subject.firstRow('01900000-0000-7000-8000-00000000bbbb'),
				before: this.values,
				facts: {
					referable: () => everything,
					steps: () => new Set(),
					ownerOf: (client) => this.#owners.get(client) ?? null
				}
			},
			[{ type: 'update', update: decoded, mode, actor: from.actor }]
		);
		this.values = settled.values;
		const [outcome] = settled.outcomes;
		if (!outcome) throw new Error('one input, one outcome');
		return outcome;
	}

	/** True when the document says what was settled. */
	get agrees(): boolean {
		const inDocument = readValues(this.doc, this.subject.inMemory.kind);
		return Object.entries(inDocument).every(
			([name, value]) => JSON.stringify(value) === JSON.stringify(this.values[name] ?? null)
		);
	}
}

/** Somebody's copy of the document. */
export class Replica {
	readonly doc = new Y.Doc();
	readonly actor: Actor;
	readonly undo: Y.UndoManager;

	constructor(server: SmallServer, clientId: number, actor: Actor = PEOPLE.ann) {
		this.actor = actor;
		this.doc.clientID = clientId;
		defineRoots(this.doc, server.subject.inMemory.kind);
		this.undo = new Y.UndoManager([this.fields], {
			trackedOrigins: new Set([LOCAL]),
			captureTimeout: 0
		});
		this.pull(server);
	}

	get fields(): Y.Map<unknown> {
		return this.doc.getMap('f');
	}

	write(field: string, value: unknown): void {
		this.doc.transact(() => this.fields.set(field, value), LOCAL);
	}

	pull(server: SmallServer): void {
		Y.applyUpdate(
			this.doc,
			Y.encodeStateAsUpdate(server.doc, Y.encodeStateVector(this.doc)),
			server
		);
	}
}

const LOCAL = Symbol('local');
