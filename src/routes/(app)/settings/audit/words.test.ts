import { afterEach, expect, test } from 'vitest';
import { baseLocale, overwriteGetLocale } from '#lib/messages/runtime.js';
import { ACTS } from '#lib/shared/acts.ts';
import { FIELD_NAMES, settingsField } from './fields.ts';
import { actChoices, actName, kindName, objectKinds } from './words.ts';

afterEach(() => overwriteGetLocale(() => baseLocale));

const inLanguage = <Value>(locale: 'en' | 'de', say: () => Value): Value => {
	overwriteGetLocale(() => locale);
	return say();
};

test('every act and every object of the audit is named in the reader’s language', () => {
	for (const act of ACTS) {
		const [en, de] = [inLanguage('en', () => actName(act)), inLanguage('de', () => actName(act))];
		expect(de, act).not.toBe(en);
		for (const words of [en, de]) expect(words, act).not.toMatch(/[._]/);
	}
	for (const kind of objectKinds()) {
		for (const locale of ['en', 'de'] as const) {
			expect(
				inLanguage(locale, () => kindName(kind)),
				kind
			).toMatch(/^[A-ZÄÖÜ]/);
		}
	}
});

test('fields of settings and rights of roles are named in the reader’s language, too', () => {
	for (const field of FIELD_NAMES) {
		const of = (locale: 'en' | 'de') => inLanguage(locale, () => settingsField('user', field));
		for (const locale of ['en', 'de'] as const) expect(of(locale), field).toMatch(/^[A-ZÄÖÜ]/);
	}
	const right = (locale: 'en' | 'de') =>
		inLanguage(locale, () => settingsField('role', 'deal.update'));
	expect([right('en'), right('de')]).toEqual(['Deals: Change', 'Deals: Ändern']);
});

test('no two acts to choose from are called the same', () => {
	for (const locale of ['en', 'de'] as const) {
		const labels = inLanguage(locale, () => actChoices().map(({ label }) => label));
		expect(new Set(labels).size).toBe(ACTS.length);
	}
});
