import { describe, expect, test } from 'vitest';
import { wantedOf } from './model.ts';

describe('what a search text asks for', () => {
	test('"ID 123" and "#123" mean the record of that number and nothing else', () => {
		for (const text of ['ID 123', 'id123', '#123', ' Id #123 ']) {
			expect(wantedOf(text)).toEqual({ words: [], number: 123, email: null });
		}
	});

	test('bare digits are a number and may also stand in a name', () => {
		expect(wantedOf('4711')).toEqual({ words: ['4711'], number: 4711, email: '4711' });
	});

	test('digits beyond any number are only a name', () => {
		expect(wantedOf('1'.repeat(16)).number).toBeNull();
	});

	test('every word has to be found', () => {
		expect(wantedOf('  nord   log ').words).toEqual(['nord', 'log']);
	});

	test('an address is looked up by any part of three letters and more, in small letters', () => {
		expect(wantedOf('Ann@Nord').email).toBe('ann@nord');
		expect(wantedOf('an').email).toBeNull();
		expect(wantedOf('ann becker').email).toBeNull();
	});

	test('nothing is asked for by blanks', () => {
		expect(wantedOf('   ')).toEqual({ words: [], number: null, email: null });
	});
});
