import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { defineRoots, readValues, writeValues } from '#lib/records/document.ts';
import { emails, flag, idSet, money, reference, richText, text } from '#lib/records/fields.ts';
import { defineKind } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { plainJson } from '#lib/shared/json.ts';
import type { Row, ServerKind, Writable } from './kind.ts';
import { decode } from './structs.ts';
import { settle } from './settle.ts';
import type { Facts, Input } from './settlement.ts';

const [TAG, OTHER, SECRET] = [1, 2, 3].map((n) => `01900000-0000-7000-8000-00000000000${n}`) as [
	string,
	string,
	string
]; // three
const who = (id: string): Actor => ({
	id,
	type: 'user',
	name: id,
	departmentIds: [],
	permissions: {},
	sessionId: null,
	language: 'en',
	timeZone: 'UTC'
});
const ann = who('ann');
const bob = who('bob');

const kind = defineKind({
	name: 'deal',
	schemaVersion: 1,
	fields: {
		name: text({ max: 20, required: true }),
		nextStep: text({ max: 20 }),
		stage: reference('stage'),
		amount: money(),
		important: flag(),
		tags: idSet('tag', { max: 2 }),
		emails: emails({ max: 2 }),
		notes: richText(),
		owner: reference('user', { live: false })
	},
	check: (values: RecordValues) =>
		values.important === true && values.amount === null
			? [{ field: 'important', code: 'belongs_together' } as const]
			: []
});

/** Bob may write a few fields; nobody moves the stage to the secret one. */
const serverKind = {
	kind,
	writable: (actor: Actor): Writable =>
		actor.id === 'ann' ? 'all' : new Set(['nextStep', 'tags']),
	forbiddenStep: (field: string, _from: unknown, to: unknown) =>
		field === 'stage' && to === SECRET ? ({ field, code: 'stage_closed' } as const) : null
} as unknown as ServerKind; // settling asks for nothing else

const facts: Facts = {
	referable: () => new Set([TAG, OTHER, SECRET]),
	steps: () => new Set(),
	ownerOf: (client) => (client < 1000 ? 'ann' : 'bob')
};
const before: RecordValues = {
	name: 'Crane',
	nextStep: null,
	stage: TAG,
	amount: null,
	important: false,
	tags: [],
	emails: {},
	notes: null,
	owner: OTHER
};

class Desk {
	readonly doc = new Y.Doc();
	values = before;

	constructor() {
		defineRoots(this.doc, kind);
		writeValues(this.doc, kind, before);
	}

	/** Somebody's copy of the document as it now is. */
	copy(clientId: number): Y.Doc {
		const doc = new Y.Doc();
		doc.clientID = clientId;
		defineRoots(doc, kind);
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.doc));
		return doc;
	}

	take(...inputs: Input[]) {
		const row = { id: 'x', rev: 1, deletedAt: null } as Row; // settling only hands it on
		const settled = settle({ serverKind, doc: this.doc, row, before: this.values, facts }, inputs);
		this.values = settled.values;
		expect(readValues(this.doc, kind)).toEqual(
			Object.fromEntries(Object.entries(settled.values).filter(([name]) => name !== 'owner'))
		);
		return settled;
	}
}

/** What a change of a copy sends. */
function change(
	doc: Y.Doc,
	write: (doc: Y.Doc) => void,
	actor: Actor = ann,
	mode: 'live' | 'replay' = 'live'
): Input {
	const updates: Uint8Array[] = [];
	const collect = (update: Uint8Array) => updates.push(update);
	doc.on('update', collect);
	doc.transact(() => write(doc));
	doc.off('update', collect);
	return input(Y.mergeUpdates(updates), actor, mode);
}

function input(update: Uint8Array, actor: Actor = ann, mode: 'live' | 'replay' = 'live'): Input {
	const decoded = decode(update);
	if (!decoded) throw new Error('not an update');
	return { type: 'update', update: decoded, mode, actor };
}

const set = (name: string, value: unknown) => (doc: Y.Doc) => void doc.getMap('f').set(name, value);

describe('order', () => {
	test('[SYNC-10] of two live writes the one that arrives last stays, whatever their client ids', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 999 }),
				fc.integer({ min: 1, max: 999 }),
				(one, two) => {
					fc.pre(one !== two);
					const desk = new Desk();
					const [first, last] = [desk.copy(one), desk.copy(two)];
					desk.take(change(first, set('name', 'First')));
					desk.take(change(last, set('name', 'Last')));
					expect(desk.values.name).toBe('Last');
				}
			)
		);
	});

	test('[SYNC-11] a replay does not overwrite what its author had not seen; his value is kept', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 499 }),
				fc.integer({ min: 500, max: 999 }),
				fc.boolean(),
				(low, high, swap) => {
					const desk = new Desk();
					const away = desk.copy(swap ? low : high);
					const here = desk.copy(swap ? high : low);
					const late = change(away, set('name', 'Old'), ann, 'replay');
					desk.take(change(here, set('name', 'New')));
					const { outcomes, changes } = desk.take(late);
					expect(desk.values.name).toBe('New');
					expect(outcomes).toMatchObject([
						{ notices: [{ type: 'conflict', field: 'name', value: 'Old', current: 'New' }] }
					]);
					expect(changes).toMatchObject([
						{ field: 'name', conflict: true, old: 'New', new: 'Old' }
					]);
				}
			)
		);
	});

	test('[SYNC-11] a replay of what nobody else touched counts', () => {
		const desk = new Desk();
		const away = desk.copy(1);
		const late = change(away, set('nextStep', 'Call'), ann, 'replay');
		desk.take(change(desk.copy(2), set('name', 'New')));
		expect(desk.take(late).outcomes).toEqual([{ status: 'taken', notices: [] }]);
		expect(desk.values).toMatchObject({ name: 'New', nextStep: 'Call' });
	});

	test('[SYNC-31] a live write overtakes what its author says he had not seen, though his copy had it', () => {
		const said = (seen?: Record<string, unknown>) => {
			const desk = new Desk();
			desk.take(change(desk.copy(1), set('name', 'While he typed')));
			const late = { ...change(desk.copy(2), set('name', 'Typed')), ...(seen && { seen }) };
			const [outcome] = desk.take(late as Input).outcomes;
			expect(desk.values.name).toBe('Typed');
			return outcome?.status === 'taken' ? outcome.notices : [];
		};
		expect(said({ name: 'Crane' })).toMatchObject([
			{ type: 'overtaken', value: 'While he typed', current: 'Typed' }
		]);
		expect(said({ name: 'While he typed' })).toEqual([]);
		expect(said({ name: 7, colour: null })).toEqual([]);
		expect(said()).toEqual([]);
	});

	test('[SYNC-16] a whole state sent again repeats no deletion', () => {
		const desk = new Desk();
		const away = desk.copy(1);
		desk.take(change(away, set('name', 'First')), change(away, set('name', 'Second')));
		desk.take(change(desk.copy(2), set('name', 'Third')));
		desk.take(
			input(Y.encodeStateAsUpdate(away)),
			input(Y.encodeStateAsUpdate(away), ann, 'replay')
		);
		expect(desk.values.name).toBe('Third');
	});

	test('in a set an addition outlives a removal that had not seen it', () => {
		const desk = new Desk();
		desk.take(change(desk.copy(1), (doc) => void doc.getMap('tags').set(TAG, 1)));
		const [remover, adder] = [desk.copy(2), desk.copy(3)];
		const removal = change(remover, (doc) => doc.getMap('tags').delete(TAG));
		desk.take(change(adder, (doc) => void doc.getMap('tags').set(TAG, 1)));
		desk.take(removal);
		expect(desk.values.tags).toEqual([TAG]);
	});
});

describe('repair', () => {
	test.each([
		['name', 'x'.repeat(300), 'too_long'],
		['name', null, 'required'],
		['name', 'a\0b', 'has_nul'],
		['amount', { minor: `1${'0'.repeat(30)}`, currency: 'EUR' }, 'money_out_of_range'],
		['stage', 'elsewhere', 'not_a_reference'],
		['stage', '01900000-0000-7000-8000-000000000009', 'not_found'],
		['stage', SECRET, 'stage_closed'],
		['important', true, 'belongs_together']
	])(
		'[SYNC-12] %s = %j goes back in the same update, and its author learns why',
		(field, value, code) => {
			const desk = new Desk();
			const author = desk.copy(1);
			const peer = desk.copy(2);
			const { outcomes, update } = desk.take(change(author, set(field, value)));
			expect(outcomes).toMatchObject([
				{
					status: 'taken',
					notices: [{ type: 'rejected', field, fault: { code }, value: plainJson(value) }]
				}
			]);
			expect(desk.values[field]).toEqual(before[field]);
			const seen: unknown[] = [];
			peer.getMap('f').observe(() => seen.push(peer.getMap('f').get(field) ?? null));
			for (const doc of [author, peer]) Y.applyUpdate(doc, update ?? new Uint8Array());
			expect(seen.filter((one) => one === value && value !== null)).toEqual([]);
			expect(readValues(author, kind)).toEqual(readValues(peer, kind));
		}
	);

	test('[SYNC-12] what is right in the same update is kept', () => {
		const desk = new Desk();
		desk.take(
			change(desk.copy(1), (doc) => {
				set('name', 'x'.repeat(300))(doc);
				set('nextStep', 'Call')(doc);
			})
		);
		expect(desk.values).toMatchObject({ name: 'Crane', nextStep: 'Call' });
	});

	test('[SYNC-13] a field that the author may not write stays as it was', () => {
		const desk = new Desk();
		const bobs = desk.copy(1001);
		const { outcomes } = desk.take(
			change(
				bobs,
				(doc) => {
					set('name', 'Mine')(doc);
					set('nextStep', 'Call')(doc);
				},
				bob
			)
		);
		expect(outcomes).toMatchObject([
			{ notices: [{ field: 'name', fault: { code: 'not_writable' } }] }
		]);
		expect(desk.values).toMatchObject({ name: 'Crane', nextStep: 'Call' });
	});

	test('sets and lists are judged entry by entry', () => {
		const desk = new Desk();
		const { outcomes } = desk.take(
			change(desk.copy(1), (doc) => {
				for (const id of [TAG, OTHER, SECRET]) doc.getMap('tags').set(id, 1);
				doc.getMap('emails').set('a', { address: 'nobody', label: 'work', position: 0 });
				doc.getMap('emails').set('b', { address: 'ANN@b.de', label: 'work', position: 0 });
			})
		);
		expect(desk.values.tags).toHaveLength(2);
		expect(desk.values.emails).toEqual({ b: { address: 'ann@b.de', label: 'work', position: 0 } });
		const codes = outcomes.flatMap((outcome) =>
			outcome.status === 'taken' ? outcome.notices : []
		);
		expect(codes.map((notice) => ('fault' in notice ? notice.fault?.code : null)).sort()).toEqual([
			'not_an_email',
			'too_many'
		]);
	});

	test('[SYNC-14] text that is not allowed is taken back exactly, and other writing stays', () => {
		const desk = new Desk();
		const paragraph = (words: string) => {
			const block = new Y.XmlElement('paragraph');
			block.insert(0, [new Y.XmlText(words)]);
			return block;
		};
		desk.take(
			change(desk.copy(1), (doc) => doc.getXmlFragment('notes').insert(0, [paragraph('Good')]))
		);
		const [bad, good] = [desk.copy(2), desk.copy(3)];
		const script = change(bad, (doc) => {
			const notes = doc.getXmlFragment('notes');
			notes.delete(0, 1);
			notes.insert(0, [new Y.XmlElement('script')]);
		});
		desk.take(change(good, (doc) => doc.getXmlFragment('notes').insert(1, [paragraph('More')])));
		const { outcomes } = desk.take(script);
		expect(outcomes).toMatchObject([
			{ notices: [{ field: 'notes', fault: { code: 'not_rich_text' } }] }
		]);
		expect(JSON.stringify(desk.values.notes)).toContain('Good');
		expect(JSON.stringify(desk.values.notes)).toContain('More');
	});
});

describe('refusal of what no client of ours sends', () => {
	const refused = (desk: Desk, wish: Input) => {
		const state = Y.encodeStateAsUpdate(desk.doc);
		const { outcomes, update } = desk.take(wish);
		expect(update).toBeNull();
		expect(Y.encodeStateAsUpdate(desk.doc)).toEqual(state);
		return outcomes[0];
	};

	test.each<[string, (doc: Y.Doc) => void]>([
		['a field that is not in the document', set('owner', TAG)],
		['a field that nobody has declared', set('margin', 5)],
		['another top-level type', (doc) => void doc.getMap('other').set('a', 1)],
		['a type inside a field', (doc) => void doc.getMap('f').set('name', new Y.Map())],
		['a list in place of a map', (doc) => doc.getArray('tags2').insert(0, [1])],
		['a member that is no id', (doc) => void doc.getMap('tags').set('__proto__', 1)]
	])('[SYNC-3] %s', (_what, write) => {
		const desk = new Desk();
		expect(refused(desk, change(desk.copy(1), write))).toMatchObject({ status: 'malformed' });
	});

	test("[SYNC-4] somebody else's client id", () => {
		const desk = new Desk();
		expect(refused(desk, change(desk.copy(1001), set('name', 'Mine'), ann))).toMatchObject({
			status: 'malformed'
		});
	});

	test('[SYNC-3] an update that leaves a gap', () => {
		const desk = new Desk();
		const author = desk.copy(1);
		change(author, set('name', 'Lost'));
		expect(refused(desk, change(author, set('nextStep', 'Next')))).toMatchObject({
			status: 'malformed',
			reason: 'gap'
		});
	});

	test('[SYNC-3] damaged bytes never leave a document with a gap or with what the kind does not have', () => {
		const sound = new Desk().copy(1);
		const wish = change(sound, (doc) => {
			set('name', 'Sound')(doc);
			doc.getMap('tags').set(TAG, 1);
		});
		const bytes = wish.type === 'update' ? wish.update.bytes : new Uint8Array();
		const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), {
			minLength: 1,
			maxLength: 3
		});
		fc.assert(
			fc.property(damage, (flips) => {
				const damaged = bytes.slice();
				for (const [at, value] of flips) damaged[at] = value;
				const update = decode(damaged);
				if (!update) return;
				const desk = new Desk();
				desk.take({ type: 'update', update, mode: 'live', actor: ann });
				expect(desk.doc.store.pendingStructs).toBeNull();
				expect([...desk.doc.share.keys()].sort()).toEqual(['emails', 'f', 'notes', 'tags']);
			}),
			{ numRuns: 2_000 }
		);
	});
});

describe('operations', () => {
	const ops = (
		edits: Extract<Input, { type: 'ops' }>['edits'],
		commandMark: string | null = null
	): Input => ({
		type: 'ops',
		edits,
		actor: ann,
		source: 'form',
		commandMark
	});

	test('are taken whole or not at all', () => {
		const desk = new Desk();
		const { outcomes } = desk.take(
			ops([
				{ field: 'nextStep', set: 'Call' },
				{ field: 'name', set: '' }
			])
		);
		expect(outcomes).toEqual([
			{ status: 'refused', faults: [{ field: 'name', code: 'required' }] }
		]);
		expect(desk.values).toEqual(before);
	});

	test('on a value that has changed meanwhile are stale', () => {
		const { outcomes } = new Desk().take(ops([{ field: 'name', set: 'Mine', base: 'Older' }]));
		expect(outcomes).toEqual([{ status: 'refused', faults: [{ field: 'name', code: 'stale' }] }]);
	});

	test('reach fields outside the document, and closed steps, only with the mark of a command', () => {
		const wish = [
			{ field: 'owner', set: TAG },
			{ field: 'stage', set: SECRET }
		];
		const plain = new Desk().take(ops(wish));
		expect(plain.outcomes).toMatchObject([
			{ faults: [{ code: 'not_writable' }, { code: 'stage_closed' }] }
		]);
		expect(new Desk().take(ops(wish, 'closeDeal')).values).toMatchObject({
			owner: TAG,
			stage: SECRET
		});
	});
});
