import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSame } from '#lib/shared/same.ts';
import { emails, idSet, richText, text } from '#lib/records/fields.ts';
import { defineKind } from '#lib/records/kind.ts';
import type { Edit, EmailEntry, Entries, RecordValues } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import type { Row, ServerKind, Writable } from './kind.ts';
import { settle } from './settle.ts';
import type { Facts, Verdict } from './settlement.ts';

const IDS = [1, 2, 3, 4].map((n) => `01900000-0000-7000-8000-00000000000${n}`);

const kind = defineKind({
	name: 'deal',
	schemaVersion: 1,
	fields: {
		name: text({ max: 20, required: true }),
		nextStep: text({ max: 20 }),
		tags: idSet('tag', { max: 10 }),
		emails: emails({ max: 10 }),
		notes: richText()
	}
});

const ann: Actor = {
	...{ id: 'ann', type: 'user', name: 'Ann', departmentIds: [], permissions: {} },
	...{ sessionId: null, language: 'en', timeZone: 'UTC' }
};

const kindThat = (writable: Writable) =>
	({ kind, writable: () => writable }) as unknown as ServerKind; // settling asks for nothing else

const facts: Facts = {
	referable: () => new Set(IDS),
	steps: () => new Set(),
	ownerOf: () => 'ann'
};

function replay(before: RecordValues, edits: readonly Edit[], writable: Writable = 'all') {
	const row = { id: 'x', rev: 1, deletedAt: null } as Row; // settling only hands it on
	const matter = { serverKind: kindThat(writable), doc: null, row, before, facts };
	const { values, changes, outcomes } = settle(matter, [
		{ type: 'ops', mode: 'replay', edits, actor: ann, source: 'live', commandMark: null }
	]);
	const [outcome] = outcomes;
	if (outcome?.status !== 'taken') throw new Error('a replay is never refused as a whole');
	return { values, changes, notices: outcome.notices };
}

const empty: RecordValues = { name: 'Crane', nextStep: null, tags: [], emails: {}, notes: null };
const words = fc.constantFrom('Crane', 'Digger', 'Lift', 'Winch');
const ids = fc.subarray(IDS).map((some) => some.toSorted());
const mail = (name: string): EmailEntry => ({
	...{ address: `${name}@nord.example`, label: 'work', position: 0 }
});
const lists = fc.dictionary(
	fc.constantFrom('a', 'b', 'c'),
	fc.constantFrom('ann', 'bob', 'cleo').map(mail)
);

describe('[SYNC-11] a replay of operations', () => {
	test('takes what nobody else touched; where somebody did, his value stays and the other is told', () => {
		fc.assert(
			fc.property(words, words, words, (base, current, mine) => {
				const before = { ...empty, name: current };
				const { values, changes, notices } = replay(before, [{ field: 'name', set: mine, base }]);
				const isOvertaken = base !== current && mine !== current;
				expect(values.name).toBe(isOvertaken ? current : mine);
				expect(notices).toMatchObject(
					isOvertaken ? [{ type: 'conflict', field: 'name', value: mine, current }] : []
				);
				// Either way the history has what was typed.
				if (mine !== current) expect(changes).toMatchObject([{ new: mine, conflict: isOvertaken }]);
			})
		);
	});

	test('merges sets: what was added is there, what was taken away is not, what others did stays', () => {
		fc.assert(
			fc.property(ids, ids, ids, (base, current, mine) => {
				const { values, notices } = replay({ ...empty, tags: current }, [
					{ field: 'tags', set: mine, base }
				]);
				const wanted = IDS.filter((id) =>
					base.includes(id) === mine.includes(id) ? current.includes(id) : mine.includes(id)
				);
				expect(values.tags).toEqual(wanted);
				expect(notices).toEqual([]);
			})
		);
	});

	test('merges lists entry by entry; an entry that somebody changed meanwhile stays and is told', () => {
		fc.assert(
			fc.property(lists, lists, lists, (base, current, mine) => {
				const { values, notices } = replay({ ...empty, emails: current }, [
					{ field: 'emails', set: mine, base }
				]);
				const lost: string[] = [];
				const wanted: Record<string, EmailEntry> = {};
				for (const id of ['a', 'b', 'c']) {
					const [was, is, will] = [base[id], current[id], mine[id]];
					const untouched = isSame(was, will);
					const moved = !isSame(was, is);
					const stays = untouched || (moved && !isSame(is, will)) ? is : will;
					if (stays) wanted[id] = stays;
					if (!untouched && moved && will && !isSame(is, will)) lost.push(id);
				}
				expect(values.emails).toEqual(wanted);
				const told = notices.flatMap(({ value }) => Object.keys(value as Entries)); // of a list
				expect(told.sort()).toEqual(lost);
			})
		);
	});

	test('is taken field by field: what is wrong is told with its reason and does not hold up the rest', () => {
		const { values, notices } = replay(empty, [
			{ field: 'name', set: '', base: 'Crane' },
			{ field: 'tags', add: [IDS[0] ?? '', 'nonsense'] },
			{ field: 'nextStep', set: 'Call', base: null },
			{ field: 'colour', set: 'red' }
		]);
		expect(values).toMatchObject({ name: 'Crane', tags: [IDS[0]], nextStep: 'Call' });
		expect(notices.map(codes)).toEqual([
			'name required',
			'tags not_a_reference',
			'colour unknown_field'
		]);
	});

	test('[SYNC-13] by somebody who may write nothing any more changes nothing, and says so of every field', () => {
		const edits: Edit[] = [
			{ field: 'name', set: 'Lift' },
			{ field: 'tags', add: [IDS[1] ?? ''] },
			{ field: 'emails', put: { a: mail('ann') } }
		];
		const { values, changes, notices } = replay(empty, edits, 'none');
		expect(values).toEqual(empty);
		expect(changes).toEqual([]);
		expect(notices.map(codes)).toEqual([
			'name not_writable',
			'tags not_writable',
			'emails not_writable'
		]);
	});

	test('of a formatted text that others have gone on writing keeps theirs and tells the other', () => {
		const text = (line: string) =>
			({
				type: 'doc',
				content: [{ type: 'paragraph', content: [{ type: 'text', text: line }] }]
			}) as const;
		const { values, notices } = replay({ ...empty, notes: text('Theirs') }, [
			{ field: 'notes', set: text('Mine'), base: text('Before') }
		]);
		expect(values.notes).toEqual(text('Theirs'));
		expect(notices).toMatchObject([{ type: 'conflict', value: text('Mine') }]);
	});
});

const codes = ({ field, fault }: Verdict) => `${field} ${fault?.code}`;
