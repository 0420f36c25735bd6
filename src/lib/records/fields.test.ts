import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COUNTRIES } from './countries.ts';
import {
	day,
	emails,
	flag,
	idSet,
	money,
	paragraph,
	phones,
	place,
	reference,
	richText,
	text,
	website
} from './fields.ts';
import type { Field } from './kind.ts';
import { isLinkTarget, plainTextOf } from './rich-text.ts';

const every: Readonly<Record<string, Field>> = {
	text: text({ max: 20 }),
	required: text({ max: 20, required: true }),
	paragraph: paragraph({ max: 50 }),
	website: website(),
	day: day(),
	flag: flag(),
	money: money(),
	place: place(),
	reference: reference('tag'),
	idSet: idSet('tag', { max: 3 }),
	emails: emails(),
	phones: phones(),
	richText: richText()
};

/** Anything JSON can say, and what only JavaScript can. */
const anything = fc.oneof(
	fc.anything(),
	fc.jsonValue(),
	fc.string({ unit: 'binary' }),
	fc.record({ minor: fc.anything(), currency: fc.anything() }),
	fc.record({ country: fc.anything(), city: fc.anything() }),
	fc.record({ type: fc.constant('doc'), content: fc.jsonValue() }),
	fc.dictionary(fc.string(), fc.record({ address: fc.anything(), raw: fc.anything() }))
);

describe.each(Object.entries(every))('%s', (_name, field) => {
	test('answers whatever it is given, and never what Postgres would refuse', () => {
		fc.assert(
			fc.property(anything, (input) => {
				const parsed = field.parse(input);
				if (!parsed.ok) return;
				const stored = JSON.stringify(parsed.value);
				expect(stored).not.toContain('\\u0000');
				expect(stored.isWellFormed()).toBe(true);
			})
		);
	});

	test('the stored form is read back as itself', () => {
		fc.assert(
			fc.property(anything, (input) => {
				const parsed = field.parse(input);
				if (parsed.ok && parsed.value !== null) expect(field.parse(parsed.value)).toEqual(parsed);
			})
		);
	});
});

const codeOf = (field: Field, input: unknown) => {
	const parsed = field.parse(input);
	return parsed.ok ? parsed.value : parsed.code;
};

test.each([
	['  Größe  ', 'Größe'.normalize('NFC')],
	['two\nlines', 'two lines'],
	['a\0b', 'has_nul'],
	['x'.repeat(300), 'too_long'],
	['\u{1F600}'.repeat(20), '\u{1F600}'.repeat(20)],
	[7, 'not_text'],
	['   ', null]
])('text: %j becomes %j', (input, expected) => {
	expect(codeOf(text({ max: 20 }), input)).toBe(expected);
});

test('a required text is not empty', () => {
	expect(codeOf(text({ max: 9, required: true }), ' ')).toBe('required');
});

test.each([
	['example.com', 'https://example.com'],
	['http://example.com/a?b=c', 'http://example.com/a?b=c'],
	['javascript:alert(1)', 'not_a_website'],
	['ftp://example.com', 'not_a_website'],
	['https://user:pass@example.com', 'not_a_website'],
	['two words.com', 'not_a_website'],
	['nonsense', 'not_a_website']
])('website: %j becomes %j', (input, expected) => {
	expect(codeOf(website(), input)).toBe(expected);
});

test.each([
	['2026-02-28', '2026-02-28'],
	['2026-02-30', 'not_a_day'],
	['2024-02-29', '2024-02-29'],
	['2026-13-01', 'not_a_day'],
	['28.02.2026', 'not_a_day'],
	['0000-01-01', 'not_a_day']
])('day: %j becomes %j', (input, expected) => {
	expect(codeOf(day(), input)).toBe(expected);
});

test.each([
	[
		{ minor: '129900', currency: 'EUR' },
		{ minor: '129900', currency: 'EUR' }
	],
	[
		{ minor: '-007', currency: 'JPY' },
		{ minor: '-7', currency: 'JPY' }
	],
	[{ minor: `1${'0'.repeat(30)}`, currency: 'EUR' }, 'money_out_of_range'],
	[{ minor: '1000000000000001', currency: 'EUR' }, 'money_out_of_range'],
	[{ minor: '1e5', currency: 'EUR' }, 'not_money'],
	[{ minor: '5', currency: 'XXQ' }, 'not_a_currency'],
	[{ minor: '5', currency: '' }, 'not_a_currency']
])('money: %j becomes %j', (input, expected) => {
	expect(codeOf(money(), input)).toEqual(expected);
});

test.each([
	[
		{ country: 'DE', city: ' Hamburg ' },
		{ country: 'DE', city: 'Hamburg' }
	],
	[{ country: null, city: 'Hamburg' }, 'city_without_country'],
	[{ country: 'ZZ', city: null }, 'not_a_place'],
	[{ country: null, city: null }, null]
])('place: %j becomes %j', (input, expected) => {
	expect(codeOf(place(), input)).toEqual(expected);
});

test('there are 249 countries, each once', () => {
	expect(new Set(COUNTRIES).size).toBe(249);
});

test('[C145] an address is kept in lower case, one that is none refuses the whole list', () => {
	const good = { address: 'ann@example.com', label: 'work', position: 0 };
	expect(codeOf(emails(), { a: good, b: { ...good, address: 'ann@home' } })).toBe('not_an_email');
	expect(
		codeOf(emails(), { a: { address: ' Ann@Example.COM ', label: 'work', position: 0 } })
	).toEqual({
		a: { address: 'ann@example.com', label: 'work', position: 0 }
	});
	expect(codeOf(emails(), { a: { address: 'ann@home' } })).toBe('not_an_email');
});

test('a number keeps its raw form and gets a normal one when it can be understood', () => {
	expect(codeOf(phones(), { a: { raw: '+49 (40) 123456', label: 'work', position: 1 } })).toEqual({
		a: { raw: '+49 (40) 123456', e164: '+4940123456', label: 'work', position: 1 }
	});
	expect(codeOf(phones(), { a: { raw: '040 123456', e164: '+4940123456' } })).toMatchObject({
		a: { e164: '+4940123456' }
	});
	expect(codeOf(phones(), { a: { raw: '040 123456', e164: '+4911999' } })).toMatchObject({
		a: { e164: null }
	});
	expect(codeOf(phones(), { a: { raw: 'call me' } })).toBe('not_a_phone');
});

test.each([
	'javascript:alert(1)',
	'data:text/html,x',
	'//example.com',
	'/deals',
	'vbscript:x',
	' https://x.de'
])('a link does not point to %j', (href) => {
	expect(isLinkTarget(href)).toBe(false);
});

test('formatted text keeps what the grammar knows and refuses the rest', () => {
	const link = {
		type: 'link',
		attrs: { href: 'https://example.com', target: '_blank', class: null }
	};
	const words = { type: 'text', text: 'words', marks: [{ type: 'bold' }, link] };
	const parsed = richText().parse({
		type: 'doc',
		content: [{ type: 'paragraph', content: [words] }]
	});
	const kept = [{ type: 'link', attrs: { href: 'https://example.com' } }, { type: 'bold' }];
	expect(parsed).toEqual({
		ok: true,
		value: {
			type: 'doc',
			content: [{ type: 'paragraph', content: [{ type: 'text', text: 'words', marks: kept }] }]
		}
	});
	expect(plainTextOf(parsed.ok ? parsed.value : null)).toBe('words');
	const image = { type: 'doc', content: [{ type: 'image', attrs: { src: 'x' } }] };
	expect(codeOf(richText(), image)).toBe('not_rich_text');
	expect(codeOf(richText(), { type: 'doc', content: [{ type: 'paragraph' }] })).toBeNull();
});
