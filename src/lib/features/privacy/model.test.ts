import { describe, expect, test } from 'vitest';
import { redactJson, redactor, tailOf, wholeName } from './model.ts';

const redact = redactor({
	names: ['Zoe Vale', 'Jörg O’Neil (Sr.)', 'Anne-Marie [x] {2} $^ a|b / \\d*+?.'],
	emails: ['zoe@vale.example'],
	phones: ['+49 40 1234 5678', '123']
});

describe('what a person is recognised by', () => {
	test.each([
		['Call Zoe Vale today', 'Call [erased] today'],
		['zoe  vale; Vale, Zoe', '[erased]; [erased]'],
		['Zoe Valentine and Chloe Vale', 'Zoe Valentine and Chloe Vale'],
		['ask Anne-Marie [x] {2} $^ a|b / \\d*+?.', 'ask [erased]'],
		['Jörg O’Neil (Sr.) wrote', '[erased] wrote'],
		['<ZOE@vale.example>', '<[erased]>'],
		['amazoe@vale.example', 'amazoe@vale.example'],
		['on 040 / 1234-5678.', 'on [erased].'],
		['+494012345678', '[erased]'],
		['order 123', 'order 123'],
		['no. 401234567890', 'no. 401234567890']
	])('in "%s" becomes "%s"', (text, expected) => {
		expect(redact(text)).toBe(expected);
	});

	test('is found where formatting cuts it into pieces', () => {
		const paragraph = (...content: object[]) => ({ type: 'paragraph', content }) as never;
		const bold = { type: 'text', text: 'Vale', marks: [{ type: 'bold' }] };
		expect(redactJson(paragraph({ type: 'text', text: 'Ask Zoe ' }, bold), redact)).toEqual(
			paragraph({ type: 'text', text: 'Ask [erased]' })
		);
		const other = paragraph({ type: 'text', text: 'Ask ' }, bold);
		expect(redactJson(other, redact)).toEqual(other);
	});

	test('is no single word and no number of few digits', () => {
		expect(wholeName('Zoe')).toBeNull();
		expect(wholeName(' Zoe', null, 'Vale ')).toBe('Zoe Vale');
		expect(tailOf('12345')).toBeNull();
		expect(tailOf('+49 40 1234 5678')).toBe('12345678');
	});
});
