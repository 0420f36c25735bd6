import { describe, expect, test } from 'vitest';
import { Format } from './format.ts';

// Narrow and ordinary no-break spaces differ between versions of the locale data.
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const now = new Date('2026-11-22T23:30:00Z');
const english = new Format({ locale: 'en-GB', timeZone: 'UTC', now });
const german = new Format({ locale: 'de', timeZone: 'Europe/Berlin', now });

describe('money', () => {
	test('is written the way the reader writes it', () => {
		expect(plain(german.money({ minor: '129900', currency: 'EUR' }))).toBe('1.299,00 €');
		expect(english.money({ minor: '129900', currency: 'EUR' })).toBe('€1,299.00');
	});

	test('keeps every digit of amounts that no float can hold', () => {
		expect(english.money({ minor: '900719925474099301', currency: 'EUR' })).toBe(
			'€9,007,199,254,740,993.01'
		);
	});

	test('knows currencies without cents and with three digits', () => {
		expect(english.money({ minor: '1299', currency: 'JPY' })).toBe('JP¥1,299');
		expect(plain(english.money({ minor: '1299', currency: 'BHD' }))).toBe('BHD 1.299');
	});

	test('is short where whole amounts need no cents', () => {
		expect(english.moneyShort({ minor: '129900', currency: 'EUR' })).toBe('€1,299');
		expect(english.moneyShort({ minor: -129950n, currency: 'EUR' })).toBe('-€1,299.50');
	});
});

describe('days and instants', () => {
	test("a day without a clock is judged in the reader's zone", () => {
		expect(english.today()).toBe('2026-11-22');
		expect(german.today()).toBe('2026-11-23');
		expect(english.daysUntil('2026-11-23')).toBe(1);
		expect(german.relativeDay('2026-11-23')).toBe('heute');
		expect(german.relativeDay('2026-11-21')).toBe('vorgestern');
	});

	test('a day is the same day in every zone', () => {
		expect(german.day('2026-01-05')).toBe('05.01.2026');
		expect(english.dayShort('2026-01-05')).toBe('5 Jan');
		expect(english.dayShort('2025-01-05')).toBe('5 Jan 2025');
	});

	test("an instant is shown in the reader's zone", () => {
		expect(plain(german.instant(now))).toBe('23.11.2026, 00:30');
	});

	test('how long ago is said in the largest unit that fits', () => {
		const ago = (seconds: number) => english.relative(new Date(now.getTime() - seconds * 1000));
		expect(ago(5)).toBe('now');
		expect(ago(90)).toBe('1 minute ago');
		expect(ago(3 * 3600)).toBe('3 hours ago');
		expect(ago(3 * 86_400)).toBe('3 days ago');
		expect(ago(-2 * 86_400)).toBe('in 2 days');
	});
});

describe('names', () => {
	test('of countries and currencies are in the language of the reader', () => {
		expect(german.country('SE')).toBe('Schweden');
		expect(english.currency('CHF')).toBe('Swiss Franc');
	});

	test('are ordered as in a dictionary', () => {
		expect(['Zoo', 'Ähre', 'Apfel'].sort((a, b) => german.compare(a, b))).toEqual([
			'Ähre',
			'Apfel',
			'Zoo'
		]);
	});
});
