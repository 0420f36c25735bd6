import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { defineRoots, idsOf } from '#lib/records/document.ts';
import { applyAttempts } from '#lib/server/records/structs.ts';
import { decode } from '#lib/server/records/structs.ts';
import { Replica, SmallServer } from './support/small-server.ts';
import { company, PEOPLE, TAGS } from './support/world.ts';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);
const SEED = Number(process.env.SIM_SEED ?? 20_261_120);
const holds = <Args extends [unknown, ...unknown[]]>(property: fc.IProperty<Args>) =>
	fc.assert(property, { numRuns: RUNS, seed: SEED });

const { kind } = company.inMemory;
const KEYS = ['name', 'address', 'alternativeNames'] as const;
const aKey = fc.constantFrom(...KEYS);
// Yjs orders concurrent writes by these: any order must do.
const clientIds = fc.uniqueArray(fc.integer({ min: 1, max: 0x7fffffff }), {
	minLength: 4,
	maxLength: 4
});

test('the one file that looks into Yjs is proven with the Yjs that is installed', () => {
	const PROVEN = '13.6.33';
	const { version } = JSON.parse(readFileSync('node_modules/yjs/package.json', 'utf8')) as {
		version: string;
	};
	expect(
		version,
		`attempts.ts was proven with Yjs ${PROVEN} and this is ${version}: run \`npm run chaos\` with it, then write the new version here.`
	).toBe(PROVEN);
});

/** What an author is known to have done, from what he saw on his screen and nothing else. */
interface Author {
	readonly doc: Y.Doc;
	/** By key: his last unsent value, and the value he saw when he began to write over it. */
	readonly pending: Map<string, { value: number; base: number | undefined }>;
}

const step = fc.oneof(
	{ weight: 5, arbitrary: fc.tuple(fc.constant('write' as const), fc.nat(2), aKey) },
	{ weight: 2, arbitrary: fc.tuple(fc.constant('pull' as const), fc.nat(2), aKey) },
	{ weight: 3, arbitrary: fc.tuple(fc.constant('push' as const), fc.nat(2), aKey) }
);

describe('what an update attempted', () => {
	test('is what its author did, and concurrent exactly when he had not seen the value that is there', () => {
		holds(
			fc.property(clientIds, fc.array(step, { maxLength: 60 }), (ids, steps) => {
				const server = rootedDoc(ids[3] ?? 4);
				const authors = [0, 1, 2].map((index): Author => ({
					doc: rootedDoc(ids[index] ?? index + 1),
					pending: new Map()
				}));
				let count = 0;
				for (const [what, who, key] of steps) {
					const author = authors[who];
					if (!author) continue;
					if (what === 'write') write(author, key, ++count);
					if (what === 'pull') Y.applyUpdate(author.doc, Y.encodeStateAsUpdate(server));
					if (what === 'push') push(author, server);
				}
			})
		);
	});
});

function rootedDoc(clientId: number): Y.Doc {
	const doc = new Y.Doc();
	doc.clientID = clientId;
	defineRoots(doc, kind);
	return doc;
}

const seenBy = ({ doc }: Pick<Author, 'doc'>, key: string) => doc.getMap<number>('f').get(key);

function write(author: Author, key: string, value: number): void {
	const before = author.pending.get(key);
	const seen = seenBy(author, key);
	const base = before && before.value === seen ? before.base : seen;
	author.doc.getMap('f').set(key, value);
	author.pending.set(key, { value, base });
}

function push(author: Author, server: Y.Doc): void {
	const update = decode(Y.encodeStateAsUpdate(author.doc, Y.encodeStateVector(server)));
	if (!update) throw new Error('an author writes updates');
	const expected = [...author.pending]
		// What was replaced on his own screen he no longer wants.
		.filter(([key, { value }]) => seenBy(author, key) === value)
		.map(([key, { value, base }]) => {
			const current = seenBy({ doc: server }, key);
			return { root: 'f', key, incoming: { value }, concurrent: isUnseen(current, base) };
		});
	const { attempts } = applyAttempts(server, kind, update, 'author');
	expect(byKey(attempts)).toEqual(byKey(expected));
	author.pending.clear();
	// As settling does: the last to arrive stays.
	for (const { key, incoming } of expected) {
		if (seenBy({ doc: server }, key) !== incoming.value)
			server.getMap('f').set(key, incoming.value);
	}
}

const isUnseen = (current: number | undefined, base: number | undefined) =>
	current !== undefined && current !== base;

const byKey = <One extends { readonly key: string }>(all: readonly One[]) =>
	all.toSorted((a, b) => (a.key < b.key ? -1 : 1));

const value = fc.oneof(
	fc.string({ minLength: 1, maxLength: 8 }).map((text) => `v${text}`),
	fc.constantFrom('', 'x'.repeat(5_000), 'a\0b'),
	fc.integer(),
	fc.constantFrom(null, true, ['a'])
);

const writes = fc.array(fc.tuple(aKey, value), { minLength: 1, maxLength: 12 });

describe('repair', () => {
	test('leaves the document as it was settled, and no colleague sees the bad value even for a moment', () => {
		holds(
			fc.property(clientIds, writes, fc.boolean(), (ids, edits, together) => {
				const server = new SmallServer();
				const ann = new Replica(server, ids[0] ?? 1);
				const olga = new Replica(server, ids[1] ?? 2, PEOPLE.olga);
				const shown: unknown[] = [];
				olga.doc.on('afterTransaction', () => shown.push(...olga.fields.values()));
				for (const [field, wanted] of edits) {
					ann.write(field, wanted);
					if (together) continue;
					server.take(ann);
					olga.pull(server);
					ann.pull(server);
				}
				server.take(ann);
				for (const one of [ann, olga]) one.pull(server);
				expect(server.agrees).toBe(true);
				for (const one of shown) expect(isWritable(one)).toBe(true);
				expect(ann.fields.toJSON()).toEqual(olga.fields.toJSON());
				expect(ann.doc.store.pendingStructs).toBeNull();
			})
		);
	});
});

/** What one of these fields may hold, besides the company's own values. */
const isWritable = (one: unknown) =>
	one === null || one === undefined || (typeof one === 'string' && /^[^\0]{1,300}$/.test(one));

describe('replay', () => {
	test('takes what nobody else touched, keeps what is newer, and says of each value which', () => {
		holds(
			fc.property(clientIds, writes, fc.array(aKey, { maxLength: 4 }), (ids, edits, touched) => {
				const server = new SmallServer();
				const ann = new Replica(server, ids[0] ?? 1);
				const olga = new Replica(server, ids[1] ?? 2, PEOPLE.olga);
				for (const field of touched) olga.write(field, `Olga’s ${field}`);
				server.take(olga);
				const before = server.values;
				for (const [field, wanted] of edits) ann.write(field, wanted);
				const outcome = server.take(ann, 'replay');
				if (outcome.status !== 'taken') throw new Error(outcome.status);
				for (const [field, wanted] of new Map(edits)) {
					const parsed = kind.fields[field]?.parse(wanted);
					const isTold = outcome.notices.some((notice) => notice.field === field);
					const stays = JSON.stringify(server.values[field]) === JSON.stringify(before[field]);
					if (!parsed?.ok || touched.includes(field)) expect(stays).toBe(true);
					if (!parsed?.ok) expect(isTold).toBe(true);
					else if (touched.includes(field)) {
						expect(isTold).toBe(parsed.value !== before[field]);
					} else expect(server.values[field]).toEqual(parsed.value);
				}
				expect(server.agrees).toBe(true);
			})
		);
	});
});

describe('undo', () => {
	test('takes back every edit of one’s own, and nothing that a colleague wrote over it', () => {
		const edits = fc.array(fc.tuple(fc.boolean(), aKey), { minLength: 1, maxLength: 20 });
		holds(
			fc.property(clientIds, edits, (ids, all) => {
				const server = new SmallServer({ name: 'First', address: 'Street' });
				const first = server.values;
				const ann = new Replica(server, ids[0] ?? 1);
				const olga = new Replica(server, ids[1] ?? 2, PEOPLE.olga);
				const sync = (one: Replica) => {
					server.take(one);
					for (const each of [ann, olga]) each.pull(server);
				};
				const last = new Map<string, { readonly isOlga: boolean; readonly value: string }>();
				for (const [index, [isOlga, field]] of all.entries()) {
					const one = isOlga ? olga : ann;
					one.write(field, `${index}`);
					last.set(field, { isOlga, value: `${index}` });
					sync(one);
				}
				while (ann.undo.canUndo()) {
					ann.undo.undo();
					sync(ann);
				}
				for (const field of KEYS) {
					const wrote = last.get(field);
					const own = all.filter(([isOlga, key]) => key === field && isOlga).length === 0;
					if (wrote?.isOlga) expect(server.values[field]).toBe(wrote.value);
					else if (own) expect(server.values[field]).toEqual(first[field]);
				}
				expect(server.agrees).toBe(true);
			})
		);
	});
});

describe('sets of ids', () => {
	const perId = fc.record({
		present: fc.boolean(),
		online: fc.constantFrom('nothing', 'change', 'change twice'),
		away: fc.constantFrom('nothing', 'change', 'change twice')
	});
	const ids = fc.array(perId, { minLength: TAGS.own.length, maxLength: TAGS.own.length });

	test('[SYNC-16] merge: an addition outlives a removal that had not seen it, and every removal that had counts', () => {
		holds(
			fc.property(clientIds, ids, (clients, plan) => {
				const tags = TAGS.own.filter((_, index) => plan[index]?.present);
				const server = new SmallServer({ tags: [...tags] });
				const ann = new Replica(server, clients[0] ?? 1);
				const olga = new Replica(server, clients[1] ?? 2, PEOPLE.olga);
				for (const [index, id] of TAGS.own.entries()) {
					change(olga, id, plan[index]?.online);
					server.take(olga);
					change(ann, id, plan[index]?.away);
				}
				server.take(ann, 'replay');
				const expected = TAGS.own.filter((_, index) => plan[index] && isExpected(plan[index]));
				expect(idsOf(server.values.tags)).toEqual(expected);
				expect(server.agrees).toBe(true);
				for (const one of [ann, olga]) {
					one.pull(server);
					expect([...one.doc.getMap('tags').keys()].sort()).toEqual(expected);
				}
			})
		);
	});

	function change({ doc }: Replica, id: string, how: string | undefined): void {
		const tags = doc.getMap('tags');
		const times = how === 'change' ? 1 : how === 'change twice' ? 2 : 0;
		for (let time = 0; time < times; time++) {
			if (tags.has(id)) tags.delete(id);
			else tags.set(id, 1);
		}
	}

	interface PerId {
		readonly present: boolean;
		readonly online: string;
		readonly away: string;
	}

	function isExpected({ present, online, away }: PerId): boolean {
		const afterOnline = online === 'change' ? !present : present;
		if (away === 'nothing') return afterOnline;
		// Added away, or taken away and added again.
		if (away === 'change' ? !present : present) return true;
		if (away === 'change') return online === 'change twice';
		// Added and taken away again, unseen by anybody.
		return afterOnline;
	}
});
