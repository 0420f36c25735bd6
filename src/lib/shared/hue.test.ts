import { expect, test } from 'vitest';
import { hueOf, initialsOf } from './hue.ts';
import { newId } from './ids.ts';

test('a person keeps one hue, and many people share out all ten', () => {
	const ids = Array.from({ length: 500 }, (_, at) => newId(at));
	expect(ids.map(hueOf)).toEqual(ids.map(hueOf));
	const hues = new Set(ids.map(hueOf));
	expect([...hues].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('initials come from the first and the last word, whatever the script', () => {
	expect(initialsOf('Ann Maria Becker')).toBe('AB');
	expect(initialsOf('  ørsted ')).toBe('Ø');
	expect(initialsOf('😀 team')).toBe('😀T');
	expect(initialsOf('')).toBe('?');
});
