import { expect, test } from 'vitest';
import { newId } from '#lib/shared/ids.ts';
import { safeInput, safeReason } from './model.ts';

test('of what a job was given one sees ids, numbers and times, and nothing that people wrote', () => {
	const id = newId();
	const input = { dealId: id, attempt: 3, at: '2026-11-25T10:00:00.000Z', again: true };
	const personal = { name: 'Ann Becker', email: 'ann@tandem.example', list: ['Ann'], of: { x: 1 } };
	expect(safeInput({ ...input, ...personal })).toEqual([
		['dealId', id],
		['attempt', '3'],
		['at', '2026-11-25T10:00:00.000Z'],
		['again', 'true'],
		...Object.keys(personal).map((name) => [name, '…'])
	]);
	expect(safeInput(null)).toEqual([]);
});

test('a reason is one line without addresses, quoted words and the values of a statement', () => {
	const cause = { message: 'duplicate key value violates unique constraint "users_email"\nmore' };
	const output = {
		name: 'Error',
		message: 'Failed query: insert into users\nparams: ann@tandem.example,Ann',
		cause
	};
	expect(safeReason(output)).toBe(
		'Failed query: insert into users – duplicate key value violates unique constraint "…"'
	);
	expect(safeReason({ message: 'No mailbox <ann@tandem.example> for "Ann Becker"' })).toBe(
		'No mailbox <…> for "…"'
	);
	expect(safeReason({ message: 'x'.repeat(400) })).toHaveLength(301);
	expect(safeReason(null)).toBe('');
});
