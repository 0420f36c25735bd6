import { describe, expect, test } from 'vitest';
import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { planMerge } from './model.ts';

const mail = (address: string, position = 0) => ({ address, label: 'work', position }) as const;
const phone = (raw: string) => ({ raw, e164: null, label: 'work', position: 0 }) as const;

const plan = (kept: RecordValues, gone: RecordValues, picks = {}) =>
	planMerge(companyKind, kept, gone, picks);
const editOf = (field: string, ...of: Parameters<typeof plan>) =>
	plan(...of).edits.find((edit) => edit.field === field);

describe('[core 5.17] what merging does to the record that is kept', () => {
	test('what only the other one knows is taken over, what both know differently stays unless chosen', () => {
		const kept = { name: 'Nord', website: 'https://nord.example', region: null };
		const gone = { name: 'Nord', website: 'https://north.example', region: 'Holstein' };
		expect(plan(kept, gone).edits).toEqual([{ field: 'region', set: 'Holstein' }]);
		expect(editOf('website', kept, gone, { website: 'gone' })).toEqual({
			field: 'website',
			set: 'https://north.example'
		});
		expect(editOf('region', kept, gone, { region: 'kept' })).toBeUndefined();
	});

	test('the name that is not taken becomes an alternative name, once', () => {
		const kept = { name: 'Nord', alternativeNames: 'Nordlicht' };
		expect(
			editOf('alternativeNames', kept, { name: 'North', alternativeNames: 'NORDLICHT, NL' })
		).toEqual({ field: 'alternativeNames', set: 'Nordlicht, North, NL' });
		const taken = plan(kept, { name: 'North' }, { name: 'gone' });
		expect(taken.edits).toEqual([
			{ field: 'name', set: 'North' },
			{ field: 'alternativeNames', set: 'Nordlicht, Nord' }
		]);
		// Names for which there is no room are not in the patch.
		const full = { name: 'Nord', alternativeNames: 'x'.repeat(1000) };
		expect(editOf('alternativeNames', full, { name: 'North' })).toBeUndefined();
	});

	test('sets and lists are united, and the same number in another notation is not there twice', () => {
		const kept = {
			tags: ['a'],
			emails: { e: mail('a@nord.example') },
			phones: { p: phone('040 12345') }
		};
		const gone = {
			tags: ['a', 'b'],
			emails: { e: mail('b@nord.example'), f: mail('A@nord.example') },
			phones: { q: phone('(040) 123-45') }
		};
		expect(plan(kept, gone).edits).toEqual([
			// The same id of another entry gives way.
			{ field: 'emails', put: { 'e-2': mail('b@nord.example', 1) } },
			{ field: 'tags', add: ['b'] }
		]);
		expect(plan(kept, gone, { emails: 'kept', tags: 'kept' }).edits).toEqual([]);
	});

	test('a contact goes to the other one’s company only when that is chosen, or when he has none', () => {
		const of = (kept: string | null, picks = {}) =>
			planMerge(contactKind, { company: kept }, { company: 'two' }, picks);
		expect(of('one').companyId).toBeUndefined();
		expect(of('one', { company: 'gone' }).companyId).toBe('two');
		expect(of(null)).toMatchObject({ companyId: 'two', edits: [] });
	});

	test('who looks after it and where it belongs stay as they are at the one that is kept', () => {
		const { rows } = plan({ owner: 'ann', department: 'h' }, { owner: 'bob', department: 'm' });
		expect(rows).toEqual([]);
	});
});
