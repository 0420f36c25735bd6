import { expect, test } from 'vitest';
import type { HistoryEntry } from '#lib/records/history.ts';
import { joinRuns } from './change-words.ts';

const ann = { id: 'ann', name: 'Ann' };
const bob = { id: 'bob', name: 'Bob' };
const change = (id: string, minute: number, more: Partial<HistoryEntry>): HistoryEntry => ({
	id,
	rev: minute,
	conflict: false,
	at: new Date(Date.UTC(2026, 0, 1, 12, minute)),
	actor: ann,
	source: 'live',
	act: 'edit',
	field: 'name',
	old: null,
	new: null,
	...more
});

test('typing in pieces is one change, from what stood there first to what stands there last', () => {
	const joined = joinRuns([
		change('3', 2, { old: 'Cran', new: 'Crane' }),
		change('2', 1, { old: 'Cr', new: 'Cran' }),
		change('1', 0, { old: 'Old', new: 'Cr' })
	]);
	expect(joined).toMatchObject([{ id: '3', old: 'Old', new: 'Crane' }]);
});

test('another person, another field and another hour are changes of their own', () => {
	const changes = [
		change('4', 59, { old: 'd', new: 'e' }),
		change('3', 3, { actor: bob, old: 'c', new: 'd' }),
		change('2', 2, { field: 'nextStep', old: 'x', new: 'y' }),
		change('1', 1, { old: 'b', new: 'c' })
	];
	expect(joinRuns(changes).map(({ id }) => id)).toEqual(['4', '3', '2', '1']);
});

test('what was typed and taken back at once leaves no line', () => {
	const changes = [change('2', 1, { old: 'b', new: 'a' }), change('1', 0, { old: 'a', new: 'b' })];
	expect(joinRuns(changes)).toEqual([]);
});
