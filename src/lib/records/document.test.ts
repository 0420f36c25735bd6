import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { readValues, writeEdit, writeValues } from './document.ts';
import { emails, flag, idSet, money, reference, richText, text } from './fields.ts';
import { readFragment, writeFragment } from './fragment.ts';
import { defineKind } from './kind.ts';
import type { RichText } from './values.ts';

const kind = defineKind({
	name: 'deal',
	schemaVersion: 1,
	fields: {
		name: text({ max: 50, required: true }),
		amount: money(),
		important: flag(),
		tags: idSet('tag', { max: 5 }),
		emails: emails(),
		notes: richText(),
		owner: reference('user', { live: false })
	}
});

const TAG = '01900000-0000-7000-8000-000000000001';
const words = (said: string) => ({ type: 'text', text: said });
const paragraph = (said: string) => ({ type: 'paragraph', content: [words(said)] });
const values = {
	name: 'Crane',
	amount: { minor: '100', currency: 'EUR' },
	important: true,
	tags: [TAG],
	emails: { a: { address: 'a@b.de', label: 'work', position: 0 } },
	notes: { type: 'doc', content: [paragraph('One'), paragraph('Two')] }
} as const;

test('what was written is read back; fields outside the document are not in it', () => {
	const doc = new Y.Doc();
	writeValues(doc, kind, { ...values, owner: TAG });
	expect(readValues(doc, kind)).toEqual(values);
	expect([...doc.share.keys()].sort()).toEqual(['emails', 'f', 'notes', 'tags']);
});

test('writing the same again changes nothing', () => {
	const doc = new Y.Doc();
	writeValues(doc, kind, values);
	let updates = 0;
	doc.on('update', () => updates++);
	doc.transact(() => writeValues(doc, kind, values));
	expect(updates).toBe(0);
});

test('a field outside the document cannot be written into it', () => {
	expect(() => writeEdit(new Y.Doc(), kind, { field: 'owner', set: TAG })).toThrow('owner');
});

test('replacing a text leaves the blocks at both ends as they are', () => {
	const doc = new Y.Doc();
	const text = doc.getXmlFragment('notes');
	writeFragment(text, values.notes);
	const [first, , last] = [text.get(0), text.get(1), text.get(1)];
	writeFragment(text, {
		type: 'doc',
		content: [paragraph('One'), paragraph('Between'), paragraph('Two')]
	});
	expect([text.get(0), text.get(2)]).toEqual([first, last]);
	expect(text.length).toBe(3);
});

const mark = fc.constantFrom({ type: 'bold' }, { type: 'link', attrs: { href: 'https://a.de' } });
const run = fc.record(
	{
		type: fc.constant('text'),
		text: fc.string({ minLength: 1 }),
		marks: fc.uniqueArray(mark, { minLength: 1 })
	},
	{ requiredKeys: ['type', 'text'] }
);
const block = fc.oneof(
	fc.record({ type: fc.constant('paragraph'), content: fc.array(run, { maxLength: 3 }) }),
	fc.record({
		type: fc.constant('heading'),
		attrs: fc.record({ level: fc.constantFrom(1, 2, 3) }),
		content: fc.array(run, { maxLength: 3 })
	}),
	fc.constant({ type: 'horizontalRule' }),
	fc.record({
		type: fc.constant('bulletList'),
		content: fc.array(
			fc.record({
				type: fc.constant('listItem'),
				content: fc.array(
					fc.record({ type: fc.constant('paragraph'), content: fc.array(run, { maxLength: 3 }) })
				)
			}),
			{ minLength: 1, maxLength: 3 }
		)
	})
);

test('a text goes into the document and comes out as the same text', () => {
	const field = richText();
	fc.assert(
		fc.property(
			fc.array(block, { maxLength: 4 }),
			fc.array(block, { maxLength: 4 }),
			(before, after) => {
				const fragment = new Y.Doc().getXmlFragment('notes');
				for (const content of [before, after]) {
					const parsed = field.parse({ type: 'doc', content });
					if (!parsed.ok) throw new Error(parsed.code);
					writeFragment(fragment, parsed.value as RichText | null);
					expect(readFragment(fragment, field.maxBytes)).toEqual(parsed);
				}
			}
		)
	);
});
