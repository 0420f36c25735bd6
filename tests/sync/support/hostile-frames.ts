import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { MESSAGE } from '#lib/records/wire.ts';
import {
	awarenessFrame,
	markerFrame,
	step1Frame,
	step2Frame,
	updateFrame
} from '#lib/server/hub/frames.ts';
import type { Random } from './random.ts';

/** Frames as a tab would send them, and what becomes of them in the wrong hands. */
export class FrameMill {
	readonly #random: Random;
	readonly #base: Y.Doc;

	/** `base` is the document that the frames are about. */
	constructor(random: Random, base: Y.Doc) {
		this.#random = random;
		this.#base = base;
	}

	/** A frame that may be anything but is never far from a good one. */
	next(): Uint8Array {
		const random = this.#random;
		const kind = random.weighted({ bytes: 6, update: 4, awareness: 1 });
		if (kind === 'update') return this.#oddUpdate();
		if (kind === 'awareness') return this.#oddAwareness();
		return this.#spoil(this.#good());
	}

	#good(): Uint8Array {
		const random = this.#random;
		switch (random.weighted({ step1: 1, step2: 3, update: 6, marker: 1, awareness: 2, query: 1 })) {
			case 'step1':
				return step1Frame(Y.encodeStateVector(this.#base));
			case 'step2':
				return step2Frame(this.#goodUpdate());
			case 'update':
				return updateFrame(this.#goodUpdate());
			case 'marker':
				return markerFrame(random.below(1_000));
			case 'awareness':
				return awarenessFrame(awareness([[random.clientId(), 1, '{"field":"name"}']]));
			case 'query':
				return Uint8Array.of(MESSAGE.queryAwareness);
		}
	}

	#goodUpdate(): Uint8Array {
		return this.#written((doc) => {
			const random = this.#random;
			doc.getMap('f').set(random.pick(['name', 'nextStep']), `Word ${random.below(100)}`);
			if (random.chance(0.5)) doc.getMap('f').set('amount', { minor: '5', currency: 'EUR' });
			if (random.chance(0.5)) paragraphIn(doc.getXmlFragment('notes'), 'words');
			if (random.chance(0.3)) doc.getMap('tags').delete('nobody');
		});
	}

	/** What somebody's own copy says after this, as the update that he would send. */
	#written(change: (doc: Y.Doc) => void): Uint8Array {
		const doc = new Y.Doc();
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.#base));
		const before = Y.encodeStateVector(doc);
		doc.transact(() => change(doc));
		return Y.encodeStateAsUpdate(doc, before);
	}

	/** Whole and well-formed for Yjs, and nothing that a tab would ever write. */
	#oddUpdate(): Uint8Array {
		const random = this.#random;
		const what = random.weighted({
			...{
				root: 1,
				nested: 1,
				text: 1,
				binary: 1,
				subdocument: 1,
				embed: 1,
				deep: 1,
				prototype: 1
			},
			...{ gap: 2, foreign: 2, forged: 3, deletions: 2, manyKeys: 1, wide: 1 }
		});
		const bytes = what === 'gap' ? this.#gap() : this.#odd(what);
		return random.chance(0.5) ? updateFrame(bytes) : step2Frame(bytes);
	}

	#odd(what: string): Uint8Array {
		const random = this.#random;
		if (what === 'forged') return forged(random, this.#base);
		if (what === 'deletions') return deletions(random);
		return this.#written((doc) => {
			const [f, notes] = [doc.getMap('f'), doc.getXmlFragment('notes')];
			if (what === 'root') doc.getMap(random.pick(['margin', '__proto__', '', 'g'])).set('a', 1);
			if (what === 'nested') f.set('name', new Y.Map());
			if (what === 'text') f.set('name', new Y.Text('text'));
			if (what === 'binary') f.set('name', Uint8Array.of(1, 2, 3));
			if (what === 'subdocument') f.set('name', new Y.Doc());
			if (what === 'embed') {
				const run = new Y.XmlText();
				notes.insert(0, [run]);
				run.insertEmbed(0, { image: 'x' });
			}
			if (what === 'deep') deepIn(notes, 80);
			if (what === 'prototype') f.set(random.pick(['__proto__', 'constructor', 'toString']), 'x');
			if (what === 'foreign') doc.clientID = [...doc.store.clients.keys()][0] ?? 1;
			if (what === 'foreign') f.set('name', 'Under your name');
			if (what === 'manyKeys') for (let i = 0; i < 500; i++) f.set(`key ${i}`, i);
			if (what === 'wide') for (let i = 0; i < 40; i++) paragraphIn(notes, `${i}`);
		});
	}

	/** The second of two edits without the first. */
	#gap(): Uint8Array {
		const doc = new Y.Doc();
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.#base));
		doc.getMap('f').set('name', 'First');
		const before = Y.encodeStateVector(doc);
		doc.getMap('f').set('name', 'Second');
		return Y.encodeStateAsUpdate(doc, before);
	}

	#oddAwareness(): Uint8Array {
		const random = this.#random;
		const id = random.clientId();
		const entries = random.pick<readonly (readonly [number, number, string])[]>([
			[[id, 1, 'no json']],
			[[id, 1, '[1]']],
			[[id, 1, `{"a":"${'x'.repeat(5_000)}"}`]],
			[[id, 2 ** 40, '{"field":"name","user":{"id":"somebody else"}}']],
			[[id, 1, '{"__proto__":{"field":"name"}}']],
			Array.from({ length: 200 }, (_, at) => [id + at, 1, 'null'] as const)
		]);
		return this.#spoilSometimes(awarenessFrame(awareness(entries)));
	}

	#spoilSometimes(frame: Uint8Array): Uint8Array {
		return this.#random.chance(0.3) ? this.#spoil(frame) : frame;
	}

	/** One mutation, sometimes two. */
	#spoil(frame: Uint8Array): Uint8Array {
		const once = this.#mutate(frame);
		return this.#random.chance(0.3) ? this.#mutate(once) : once;
	}

	#mutate(frame: Uint8Array): Uint8Array {
		const random = this.#random;
		const at = random.below(frame.length + 1);
		switch (
			random.weighted({ flip: 4, set: 3, cut: 3, append: 2, insert: 2, drop: 2, huge: 2, twice: 1 })
		) {
			case 'flip':
				return replaced(frame, at, (byte) => byte ^ (1 << random.below(8)));
			case 'set':
				return replaced(frame, at, () => random.pick([0, 1, 127, 128, 255]));
			case 'cut':
				return frame.slice(0, at);
			case 'append':
				return joined(frame, random.pick([Uint8Array.of(0), Uint8Array.of(255, 255, 255)]));
			case 'insert':
				return joined(frame.slice(0, at), Uint8Array.of(random.below(256)), frame.slice(at));
			case 'drop':
				return joined(frame.slice(0, at), frame.slice(at + 1 + random.below(4)));
			case 'huge':
				// A number that says there is more than there is.
				return joined(frame.slice(0, at), HUGE, frame.slice(at + 1));
			case 'twice':
				return joined(frame, frame);
		}
	}
}

const HUGE = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f);

const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

function replaced(frame: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
	const copy = frame.slice();
	copy[at] = change(copy[at] ?? 0);
	return copy;
}

function paragraphIn(parent: Y.XmlFragment, words: string): void {
	const paragraph = new Y.XmlElement('paragraph');
	paragraph.insert(0, [new Y.XmlText(words)]);
	parent.insert(0, [paragraph]);
}

function deepIn(parent: Y.XmlFragment, levels: number): void {
	if (levels === 0) return;
	const element = new Y.XmlElement('blockquote');
	parent.insert(0, [element]);
	deepIn(element, levels - 1);
}

function awareness(entries: readonly (readonly [number, number, string])[]): Uint8Array {
	return encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, entries.length);
		for (const [clientId, clock, json] of entries) {
			encoding.writeVarUint(encoder, clientId);
			encoding.writeVarUint(encoder, clock);
			encoding.writeVarString(encoder, json);
		}
	});
}

/** A struct written by hand: any kind of content, neighbours that may not exist or are itself. */
function forged(random: Random, base: Y.Doc): Uint8Array {
	const known = [...base.store.clients.keys()];
	const client = random.clientId();
	const idOf = () => ({
		client: random.pick([client, random.clientId(), known[0] ?? 1]),
		clock: random.pick([0, 1, 5, 2 ** 31])
	});
	return encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, 1);
		encoding.writeVarUint(encoder, 1);
		encoding.writeVarUint(encoder, client);
		encoding.writeVarUint(encoder, random.pick([0, 0, 0, 3, 2 ** 40]));
		const content = random.below(12);
		const flags = random.pick([0, 0x20, 0x40, 0x80, 0xc0, 0xe0]);
		encoding.writeUint8(encoder, content | flags);
		for (const flag of [0x80, 0x40]) {
			if ((flags & flag) === 0) continue;
			const id = idOf();
			encoding.writeVarUint(encoder, id.client);
			encoding.writeVarUint(encoder, id.clock);
		}
		if ((flags & 0xc0) === 0) {
			encoding.writeVarUint(encoder, 1);
			encoding.writeVarString(encoder, random.pick(['f', 'notes', 'tags', 'x']));
			if (flags & 0x20) encoding.writeVarString(encoder, random.pick(['name', '__proto__', 'x']));
		}
		encoding.writeVarUint(encoder, random.pick([0, 1, 2, 2 ** 31]));
		encoding.writeVarString(encoder, random.pick(['', 'a', '{"a":1}']));
		encoding.writeVarUint(encoder, 0);
	});
}

/** Takes away what was never there, or says that it takes away very much. */
function deletions(random: Random): Uint8Array {
	return encoding.encode((encoder) => {
		encoding.writeVarUint(encoder, 0);
		encoding.writeVarUint(encoder, random.pick([1, 2 ** 31]));
		encoding.writeVarUint(encoder, random.clientId());
		encoding.writeVarUint(encoder, random.pick([1, 3, 2 ** 31]));
		for (let range = 0; range < 3; range++) {
			encoding.writeVarUint(encoder, random.pick([0, 7, 2 ** 40]));
			encoding.writeVarUint(encoder, random.pick([0, 1, 2 ** 31]));
		}
	});
}
