import { describe, expect, test } from 'vitest';
import {
	companiesFor,
	type Known,
	type KnownCompany,
	type KnownPerson,
	NOTHING_KNOWN,
	peopleFor,
	surest
} from './model.ts';
import { coreName, hostOf, isSamePhone, plainName, tailOf } from './model/names.ts';

const anna: KnownPerson = {
	id: 'anna',
	name: 'Anna Berg',
	firstName: 'Anna',
	lastName: 'Berg',
	companyId: 'test',
	companyName: 'Test Company LLC',
	companyAlternativeNames: null,
	emails: ['anna@test.example'],
	phones: [{ raw: '040 555 01 01', e164: null }]
};
const test3: KnownCompany = {
	id: 'test',
	name: 'Test Company LLC',
	alternativeNames: 'Probe & Sohn, TC',
	website: 'https://www.test.example/en',
	country: 'DE',
	city: 'Kiel',
	emails: ['office@test.example'],
	phones: []
};
const isPublic = (domain: string) => domain === 'mail.example';
const about = { isPublic, ofPeople: [] };
const people = (asking: Partial<Known>, known = [anna]) =>
	peopleFor({ ...NOTHING_KNOWN, ...asking }, known);
const companies = (asking: Partial<Known>, known = [test3]) =>
	companiesFor({ ...NOTHING_KNOWN, ...asking }, known, about);

describe('who may be the one that asks', () => {
	test('[T62] the same first name and e-mail address leave no doubt', () => {
		const [one] = people({ firstName: 'anna', emails: ['anna@test.example'] });
		expect(one).toMatchObject({
			isStrong: true,
			reasons: ['same_email', 'same_first_name'],
			doubts: []
		});
	});

	test('a phone number is the same in every notation', () => {
		const phones = [{ raw: '+49 (0)40 / 5550101', e164: '+49405550101' }];
		const [one] = people({ firstName: 'Anna', phones });
		expect(one).toMatchObject({ isStrong: true, reasons: ['same_phone', 'same_first_name'] });
	});

	test('[T65] a first name alone finds nobody', () => {
		expect(people({ firstName: 'Anna' })).toEqual([]);
	});

	test('[T66] the same first and another last name finds nobody', () => {
		expect(people({ firstName: 'Anna', lastName: 'Tal' })).toEqual([]);
	});

	test('the same name with another address is shown with its doubt, and never linked by itself', () => {
		const found = people({ firstName: 'Anna', lastName: 'Berg' });
		expect(found).toMatchObject([{ isStrong: false, reasons: ['same_name'] }]);
		const other = { firstName: 'Anna', lastName: 'Berg', companyName: 'Test Company' };
		expect(people({ ...other, emails: ['a.berg@mail.example'] })).toMatchObject([
			{ isStrong: false, doubts: ['other_email'] }
		]);
	});

	test('the same name at the company that was written leaves no doubt', () => {
		const asked = { firstName: 'Anna', lastName: 'Berg', companyName: 'test company' };
		expect(people(asked)).toMatchObject([
			{ isStrong: true, reasons: ['same_name', 'same_company'] }
		]);
	});

	test('a title before the name does not matter', () => {
		const asked = { firstName: 'Dr. Anna', emails: ['anna@test.example'] };
		expect(people(asked)).toMatchObject([{ isStrong: true }]);
	});

	test('[B79] a person of another company than the linked one is shown as a conflict, not linked', () => {
		const asked = { firstName: 'Anna', emails: ['anna@test.example'], companyId: 'elsewhere' };
		expect(people(asked)).toMatchObject([{ isStrong: false, doubts: ['other_company'] }]);
	});

	test('two who fit equally are for a person to decide', () => {
		const twin = { ...anna, id: 'twin', companyId: null };
		const found = people({ firstName: 'Anna', emails: ['anna@test.example'] }, [anna, twin]);
		expect(found).toHaveLength(2);
		expect(surest(found)).toBeNull();
	});
});

describe('which company somebody may be of', () => {
	test('[T71, T72] its name with other punctuation, and each of its other names', () => {
		for (const companyName of ['Test - Company LLC.', 'TEST COMPANY, LLC', 'Probe & Sohn', 'tc']) {
			expect(companies({ companyName }), companyName).toMatchObject([{ isStrong: true }]);
		}
	});

	test('[B80] digits belong to a name: "3M" and "M" are different companies', () => {
		const known = [
			{ ...test3, id: '3m', name: '3M', alternativeNames: null },
			{ ...test3, id: 'm', name: 'M', alternativeNames: null }
		];
		expect(companies({ companyName: '3M' }, known).map(({ id }) => id)).toEqual(['3m']);
		expect(companies({ companyName: 'M.' }, known).map(({ id }) => id)).toEqual(['m']);
	});

	test('another legal form is nearly the same: shown, and not linked by itself', () => {
		expect(companies({ companyName: 'Test Company GmbH' })).toMatchObject([
			{ isStrong: false, reasons: ['nearly_same_company_name'] }
		]);
	});

	test('[C75] the domain of an address counts, unless anybody may have a mailbox there', () => {
		expect(companies({ emails: ['new@test.example'] })).toMatchObject([
			{ isStrong: true, reasons: ['same_mail_domain'] }
		]);
		const known = [{ ...test3, emails: ['owner@mail.example'] }];
		expect(companies({ emails: ['somebody@mail.example'] }, known)).toEqual([]);
	});

	test('its website is the same with and without "www"', () => {
		expect(companies({ website: 'http://test.example/de?from=ad' })).toMatchObject([
			{ isStrong: true, reasons: ['same_website'] }
		]);
	});

	test('of two with the same name the country decides', () => {
		const swede = { ...test3, id: 'swede', country: 'SE' };
		const both = [test3, swede];
		const asked = { companyName: 'Test Company LLC' };
		const sure = (asked: Partial<Known>) => surest(companies(asked, both))?.id;
		expect(sure(asked)).toBeUndefined();
		expect(sure({ ...asked, country: 'SE' })).toBe('swede');
	});

	test('addresses and numbers of the company as a whole count for it, and not for a person', () => {
		const asked = { companyEmails: ['office@test.example'] };
		expect(companies(asked)).toMatchObject([{ isStrong: true, reasons: ['same_email'] }]);
		expect(people({ firstName: 'Anna', companyEmails: ['anna@test.example'] })).toEqual([]);
	});

	test('[T61] what fits nowhere finds nothing', () => {
		const asked = { firstName: 'Zoe', companyName: 'Unknown', emails: ['zoe@unknown.example'] };
		expect([...people(asked), ...companies(asked)]).toEqual([]);
	});
});

describe('words', () => {
	test('names are compared without case, accents and punctuation, but with their digits', () => {
		expect(plainName('  Élan & Søn’s  24/7 S.A. ')).toBe('elan søns 24 7 sa');
		expect(coreName('Müller GmbH & Co. KG')).toBe('muller');
		expect(coreName('GmbH')).toBe('gmbh');
		expect(coreName('SARL Dupont')).toBe('dupont');
		expect(coreName('Molino Verde S.p.A.')).toBe(coreName('molino verde'));
		expect(coreName('Nord 1')).not.toBe(coreName('Nord 2'));
		expect(plainName('東京商事株式会社')).toBe('東京商事株式会社');
	});

	test('a website is read with and without its scheme', () => {
		expect(hostOf('www.nord.example/about')).toBe('nord.example');
		expect(hostOf('https://nord.example:8080')).toBe('nord.example');
		expect(hostOf('')).toBeNull();
	});

	test('short numbers are only the same as a whole', () => {
		const phone = (raw: string, e164: string | null = null) => ({ raw, e164 });
		expect(isSamePhone(phone('555 0101'), phone('5550101'))).toBe(true);
		expect(isSamePhone(phone('555 0101'), phone('+49 40 5550101'))).toBe(false);
		expect(isSamePhone(phone('040 5550101'), phone('0049 40 555 0101'))).toBe(true);
		expect(isSamePhone(phone('x', '+49405550101'), phone('y', '+4612345550101'))).toBe(false);
		expect(tailOf(phone('(040) 555-0101'))).toBe(tailOf(phone('+49 40 555 01 01')));
	});
});
