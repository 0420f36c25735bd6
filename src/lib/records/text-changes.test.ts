import { expect, test } from 'vitest';
import { compareTexts } from './text-changes.ts';
import type { RichText } from './values.ts';

const text = (...lines: string[]): RichText => ({
	type: 'doc',
	content: lines.map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] }))
});

const inWords = (earlier: RichText | null, now: RichText | null) =>
	compareTexts(earlier, now).map(
		({ state, block }) => `${state} ${/"text":"([^"]*)"/.exec(JSON.stringify(block))?.[1]}`
	);

test('blocks that both texts have stay, what is gone and what is new stands where it was', () => {
	expect(inWords(text('a', 'b', 'c', 'd'), text('a', 'x', 'c', 'e', 'd'))).toEqual([
		'same a',
		'gone b',
		'new x',
		'same c',
		'new e',
		'same d'
	]);
});

test('an empty text has lost or won everything', () => {
	expect(inWords(null, text('a'))).toEqual(['new a']);
	expect(inWords(text('a'), null)).toEqual(['gone a']);
	expect(inWords(null, null)).toEqual([]);
	expect(inWords(text('a', 'a'), text('a', 'a'))).toEqual(['same a', 'same a']);
});

test('the order of keys, which the database changes, is no difference', () => {
	const stored: RichText = {
		type: 'doc',
		content: [{ content: [{ text: 'a', type: 'text' }], type: 'paragraph' }]
	};
	expect(inWords(stored, text('a'))).toEqual(['same a']);
});
