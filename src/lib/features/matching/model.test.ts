import { expect, test } from 'vitest';
import {
	companyKey,
	type CompanyFacts,
	type ContactFacts,
	isSameCompanyName,
	judgeCompany,
	judgeContact,
	type Known
} from './model.ts';

const known: Known = {
	...{ firstName: 'Anna', lastName: 'Maier', emails: [], phones: [] },
	...{ companyName: null, companyEmails: [], companyPhones: [], website: null, country: null }
};
const company: CompanyFacts = {
	...{ id: 'c', name: 'Nordlicht GmbH', alternativeNames: 'NL Logistik, Nordlicht Nord' },
	...{
		website: 'https://www.nordlicht.example',
		country: 'DE',
		city: 'Kiel',
		emails: [],
		phones: []
	}
};
const contact: ContactFacts = {
	...{ id: 'p', fullName: 'Anna Maier', firstName: 'Anna', lastName: 'Maier' },
	...{ companyId: null, companyName: null, emails: [], phones: [] }
};
const PUBLIC = new Set(['gmail.com']);

test('names of companies are the same whatever their letters, punctuation and legal form', () => {
	expect(companyKey('Test - Company LLC.')).toBe('test company');
	expect(isSameCompanyName('Molino Verde S.p.A.', 'molino verde')).toBe(true);
	expect(isSameCompanyName('Brouwer & Zonen B.V.', 'Brouwer Zonen BV')).toBe(true);
	expect(isSameCompanyName('Société Générale', 'SOCIETE GENERALE SA')).toBe(true);
	expect(isSameCompanyName('3M', 'M')).toBe(false);
	expect(isSameCompanyName('Nord 1', 'Nord 2')).toBe(false);
	// A legal form alone is still a name, and an empty name is nobody's.
	expect(isSameCompanyName('Limited', 'LIMITED')).toBe(true);
	expect(isSameCompanyName('GmbH', 'Limited')).toBe(false);
	expect(isSameCompanyName('', '')).toBe(false);
});

test('a company is sure by its name, and not when it lies in another country and nothing else agrees', () => {
	const named = { ...known, companyName: 'nordlicht nord' };
	expect(judgeCompany(named, company, PUBLIC)).toMatchObject({ reasons: ['name'], isSure: true });
	const abroad = { ...named, country: 'SE' };
	expect(judgeCompany(abroad, company, PUBLIC).isSure).toBe(false);
	const withSite = { ...abroad, website: 'nordlicht.example/about' };
	expect(judgeCompany(withSite, company, PUBLIC)).toMatchObject({
		reasons: ['name', 'website'],
		isSure: true
	});
});

test('a mail domain speaks for a company, the domain of a public provider for nobody', () => {
	const stored = { ...company, website: null, emails: ['office@nordlicht.example', 'x@gmail.com'] };
	const by = (address: string) =>
		judgeCompany({ ...known, emails: [address] }, stored, PUBLIC).reasons;
	expect(by('anna@nordlicht.example')).toEqual(['domain']);
	expect(by('OFFICE@nordlicht.example')).toEqual(['email']);
	expect(by('anna@gmail.com')).toEqual([]);
});

test('a person is sure by name and address or number together, by neither alone', () => {
	const mail = { ...known, emails: ['anna@maier.example'] };
	const stored = { ...contact, emails: ['Anna@maier.example'] };
	expect(judgeContact(mail, stored)).toMatchObject({ reasons: ['email', 'name'], isSure: true });
	expect(judgeContact(known, stored)).toMatchObject({ reasons: ['name'], isSure: false });
	expect(judgeContact({ ...mail, lastName: 'Huber' }, stored)).toMatchObject({
		reasons: ['email'],
		isSure: false
	});
	expect(judgeContact({ ...known, firstName: 'Otto' }, contact).score).toBe(0);
});

test('a number is found in another notation, a short piece of one is not', () => {
	const stored = { ...contact, phones: [{ raw: '+49 40 1234567', e164: '+49401234567' }] };
	const by = (raw: string) =>
		judgeContact({ ...known, phones: [{ raw, e164: null }] }, stored).reasons.includes('phone');
	expect(by('040 / 123-4567')).toBe(true);
	expect(by('0049 40 1234567')).toBe(true);
	expect(by('4567')).toBe(false);
	expect(by('040 7654321')).toBe(false);
});
