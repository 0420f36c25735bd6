import { describe, expect, test } from 'vitest';
import { tailOf, wantedOf } from './model.ts';

describe('what a search text asks for', () => {
	test('"ID 123" and "#123" mean the record of that number and nothing else', () => {
		for (const text of ['ID 123', 'id123', '#123', ' Id #123 ']) {
			expect(wantedOf(text)).toEqual({ words: [], number: 123, email: null, phone: null });
		}
	});

	test('bare digits are a number and may also stand in a name', () => {
		expect(wantedOf('4711')).toEqual({
			...{ words: ['4711'], number: 4711, email: '4711', phone: null }
		});
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
		expect(wantedOf('   ')).toEqual({ words: [], number: null, email: null, phone: null });
	});

	test('digits with the signs between them that people write are a phone number', () => {
		for (const text of ['+49 (0)40 123-456', '040/123456', '0049.40.123456', '(040) 123 456']) {
			expect(wantedOf(text).phone).toBe(text.replace(/\D/g, ''));
		}
		for (const text of ['1234', 'hall 040123456', '12 Monkeys 12345']) {
			expect(wantedOf(text).phone).toBeNull();
		}
		expect(tailOf('004940123456')).toBe('40123456');
	});
});
