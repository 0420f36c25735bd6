import { expect, test } from 'vitest';
import { emails, flag, idSet, money, reference, richText, text } from './fields.ts';
import { baseName, readEdits, readValues } from './form.ts';
import type { RecordKind } from './kind.ts';

const kind: RecordKind = {
	name: 'deal',
	schemaVersion: 1,
	fields: {
		name: text({ max: 100 }),
		amount: money(),
		important: flag(),
		owner: reference('user', { live: false }),
		tags: idSet('tag', { max: 9 }),
		emails: emails({ max: 9 }),
		notes: richText()
	}
};

function form(parts: readonly (readonly [string, string])[], base: Record<string, unknown> = {}) {
	const data = new FormData();
	for (const [name, value] of parts) data.append(name, value);
	for (const [name, value] of Object.entries(base)) data.set(baseName(name), JSON.stringify(value));
	return data;
}

test('only fields that the person changed become edits, with the value that was shown', () => {
	const shown = { name: 'Old', amount: { currency: 'EUR', minor: '100' }, important: true };
	const posted = form(
		[
			['name', ' New '],
			['amount.amount', '1.00'],
			['amount.currency', 'EUR'],
			['important', 'true'],
			['owner', 'somebody']
		],
		{ ...shown, owner: null }
	);
	expect(readEdits(kind, posted)).toEqual([{ field: 'name', set: 'New', base: 'Old' }]);
});

test('an unticked box is off, and a field without its base is left alone', () => {
	expect(readEdits(kind, form([['name', 'x']], { important: true }))).toEqual([
		{ field: 'important', set: false, base: true }
	]);
});

test('what is no amount is handed on, so that it is refused and not lost', () => {
	const posted = form(
		[
			['amount.amount', 'a lot'],
			['amount.currency', 'EUR']
		],
		{ amount: null }
	);
	expect(readEdits(kind, posted)).toEqual([
		{ field: 'amount', set: { minor: 'a lot', currency: 'EUR' }, base: null }
	]);
});

test('sets and lists say what was added and taken away, so that both people keep theirs', () => {
	const mail = (address: string, position: number) => ({ address, label: 'work', position });
	const posted = form(
		[
			['tags', 'b'],
			['tags', 'c'],
			['emails.one.value', ''],
			['emails.two.value', 'two@new.example'],
			['emails.two.label', 'work'],
			['emails.new.value', 'three@x.example'],
			['emails.new.label', 'private']
		],
		{ tags: ['a', 'b'], emails: { one: mail('one@x.example', 0), two: mail('two@x.example', 1) } }
	);
	const [tags, emails] = readEdits(kind, posted);
	expect(tags).toEqual({ field: 'tags', add: ['c'], remove: ['a'] });
	const base = { one: mail('one@x.example', 0), two: mail('two@x.example', 1) };
	expect(emails).toMatchObject({ field: 'emails', remove: ['one'], base });
	expect(Object.values(emails && 'put' in emails ? (emails.put ?? {}) : {})).toEqual([
		mail('two@new.example', 1),
		{ address: 'three@x.example', label: 'private', position: 2 }
	]);
});

test('what is typed for a formatted text comes under it, whatever the page had shown', () => {
	expect(readEdits(kind, form([['notes.more', ' One\r\n\r\nTwo ']]))).toEqual([
		{
			field: 'notes',
			append: {
				type: 'doc',
				content: [
					{ type: 'paragraph', content: [{ type: 'text', text: 'One' }] },
					{ type: 'paragraph' },
					{ type: 'paragraph', content: [{ type: 'text', text: 'Two' }] }
				]
			}
		}
	]);
	expect(readEdits(kind, form([['notes.more', '  ']]))).toEqual([]);
});

test('a form for a new record hands over what was filled in', () => {
	const posted = form([
		['name', 'Harbour crane'],
		['tags', 'a'],
		['amount.amount', '']
	]);
	expect(readValues(kind, posted)).toEqual({
		name: 'Harbour crane',
		tags: ['a'],
		important: false
	});
});
