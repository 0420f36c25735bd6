import { describe, expect, test } from 'vitest';
import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { csvLine } from '#lib/shared/csv.ts';
import type { Lookups, RowPlan } from './model/columns.ts';
import { findCountry } from '#lib/records/country-names.ts';
import { readRow } from './model/rows.ts';
import { looksLikeHeader, suggestMapping } from './model/suggest.ts';
import { mappingProblem, targetsOf } from './model/targets.ts';

const suggest = (kind: 'company' | 'contact', headings: string[] | null, rows: string[][] = []) =>
	suggestMapping(kind === 'company' ? companyKind : contactKind, headings, rows);

describe('suggesting where columns go', () => {
	test('English headings of companies are understood', () => {
		expect(
			suggest('company', ['Company', 'E-mail', 'Phone 1', 'Phone 2', 'Country', 'City', 'Turnover'])
		).toEqual(['name', 'emails', 'phones', 'phones', 'country', 'city', null]);
	});

	test('German headings of contacts are understood, whatever their case and umlauts', () => {
		expect(
			suggest('contact', [
				'VORNAME',
				'Nachname',
				'E-Mail-Adresse',
				'Firma',
				'Schlagwörter',
				'Straße'
			])
		).toEqual(['firstName', 'lastName', 'emails', 'company', 'tags', 'address']);
	});

	test('two columns of the same name: the second is left out where only one fits', () => {
		expect(suggest('company', ['Name', 'Firma', 'Website'])).toEqual(['name', null, 'website']);
	});

	test('a single column without header goes to the name', () => {
		const rows = [['2GIS'], ['3M'], ['Acme']];
		expect(looksLikeHeader('company', rows)).toBe(false);
		expect(suggest('company', null, rows)).toEqual(['name']);
		expect(suggest('contact', null, rows)).toEqual(['fullName']);
	});

	test('columns without header are told by what they hold', () => {
		const rows = [
			['ann@example.com', 'Ann Becker', '+49 40 123456', 'x'],
			['bob@example.com', 'Bob Okafor', '040 / 98 76 54', 'y']
		];
		expect(looksLikeHeader('contact', rows)).toBe(false);
		expect(suggest('contact', null, rows)).toEqual(['emails', 'fullName', 'phones', null]);
	});

	test('the headings of the superstore orders name the customer', () => {
		const headings = ['Row ID', 'Customer ID', 'Customer Name', 'Segment', 'Country', 'Category'];
		expect(suggest('contact', headings)).toEqual([null, null, 'fullName', 'tags', null, null]);
	});

	test('a mapping without a name, or with a field twice, cannot be used', () => {
		expect(mappingProblem(contactKind, ['emails'])).toEqual({ code: 'no_name' });
		expect(mappingProblem(contactKind, ['fullName', 'title', 'title'])).toEqual({
			code: 'target_twice',
			key: 'title'
		});
		expect(mappingProblem(contactKind, ['lastName', 'phones', 'phones', null])).toBeNull();
	});

	test('every field of a kind but its department can be reached', () => {
		const reached = new Set(targetsOf(companyKind).map(({ field }) => field));
		// The number finds a record and is none of its fields.
		reached.delete('');
		expect([...reached, 'department'].sort()).toEqual(Object.keys(companyKind.fields).sort());
	});
});

test('countries are found by code and by English or German name', () => {
	const found = ['de', 'Germany', 'DEUTSCHLAND', 'USA', 'Österreich', 'Oesterreich', 'UK'];
	expect(found.map(findCountry)).toEqual(['DE', 'DE', 'DE', 'US', 'AT', 'AT', 'GB']);
	expect(findCountry('Atlantis')).toBeNull();
	expect(findCountry('')).toBeNull();
});

describe('reading a row', () => {
	const lookups: Lookups = {
		contact: () => null,
		pipeline: () => null,
		company: (name) =>
			name === 'Acme'
				? { id: 'c', owner: 'o', department: 'd2' }
				: name === 'Twin'
					? 'several'
					: null,
		owner: (email) => (email === 'ann@tandem.example' ? 'ann' : null),
		named: (_list, name) => (name === 'VIP' ? 'vip' : null)
	};
	const plan = (kind: 'company' | 'contact', mapping: (string | null)[]): RowPlan => ({
		kind: kind === 'company' ? companyKind : contactKind,
		mapping,
		owner: 'me',
		department: 'd',
		defaultCountry: null,
		defaultCurrency: 'EUR'
	});
	const contact = (mapping: (string | null)[], ...cells: string[]) =>
		readRow(plan('contact', mapping), lookups, cells);
	const company = (mapping: (string | null)[], ...cells: string[]) =>
		readRow(plan('company', mapping), lookups, cells);
	const codes = (faults: readonly { code: string; column: number | null }[]) =>
		faults.map(({ column, code }) => `${column}:${code}`);

	test('a contact needs only a name; missing company and e-mail are flagged', () => {
		const read = contact(['fullName'], 'Mr. Pablo Ruiz Picasso');
		expect(read.values).toMatchObject({
			firstName: 'Mr. Pablo',
			middleName: 'Ruiz',
			lastName: 'Picasso',
			owner: 'me'
		});
		expect(read.faults).toEqual([]);
		expect(codes(read.flags)).toEqual(['null:missing_company', 'null:missing_email']);
	});

	test('a contact with only a last name column keeps its one word as first name [core 4.2]', () => {
		expect(contact(['lastName'], 'Madonna').values).toMatchObject({ firstName: 'Madonna' });
		expect(codes(contact(['fullName', 'title'], ' ', 'CEO').faults)).toEqual(['0:required']);
	});

	test('name parts in columns of their own stay as they are', () => {
		const { values } = contact(['firstName', 'lastName'], 'Darrin', 'Van Huff');
		expect(values).toMatchObject({ firstName: 'Darrin', lastName: 'Van Huff' });
	});

	test('a contact follows the owner and department of its company [core 4.3]', () => {
		const read = contact(['fullName', 'company', 'owner'], 'Ann', 'Acme', 'ann@tandem.example');
		expect(read.values).toMatchObject({ company: 'c', owner: 'o', department: 'd2' });
	});

	test('unknown and ambiguous names are flagged, the row comes in without them', () => {
		const read = contact(
			['fullName', 'company', 'tags', 'owner'],
			'Ann',
			'Nope',
			'VIP; x',
			'q@q.de'
		);
		expect(read.values).toMatchObject({ tags: ['vip'], owner: 'me' });
		expect(codes(read.flags)).toEqual([
			'1:unknown_company',
			'2:unknown_name',
			'3:unknown_owner',
			'null:missing_email'
		]);
		expect(codes(contact(['fullName', 'company'], 'Bob', 'Twin').flags)).toContain(
			'1:several_companies'
		);
	});

	test('several addresses in one cell and in several columns become one list', () => {
		const { values, faults } = contact(
			['fullName', 'emails', 'emails'],
			'Ann',
			'Ann <ann@example.com>; a.b@example.com',
			'third@example.com'
		);
		expect(faults).toEqual([]);
		expect(Object.values(values.emails ?? {}).map((entry) => entry.address)).toEqual([
			'ann@example.com',
			'a.b@example.com',
			'third@example.com'
		]);
	});

	test('each bad cell is named with its column and reason', () => {
		const read = company(
			['name', 'emails', 'phones', 'website', 'country'],
			'Acme',
			'not an address',
			'12',
			'javascript:alert(1)',
			'Atlantis'
		);
		expect(codes(read.faults)).toEqual([
			'1:not_an_email',
			'2:not_a_phone',
			'3:not_a_website',
			'4:unknown_country'
		]);
		expect(codes(company(['name'], 'x'.repeat(1_000_000)).faults)).toEqual(['0:too_long']);
		expect(codes(company(['name'], 'M\uFFFDller').faults)).toContain('0:unreadable');
		expect(codes(company(['name'], 'Acme', 'surplus').faults)).toEqual(['null:too_many_cells']);
	});

	test('a city without country is flagged, or lies in the department’s own country', () => {
		expect(codes(company(['name', 'city'], 'Acme', 'Köln').flags)).toEqual(['1:city_alone']);
		const at = { ...plan('company', ['name', 'city']), defaultCountry: 'DE' };
		expect(readRow(at, lookups, ['Acme', 'Köln']).values).toMatchObject({
			place: { country: 'DE', city: 'Köln' }
		});
	});

	test('a short row misses its last cells and nothing else', () => {
		expect(company(['name', 'city', 'country'], 'Acme').faults).toEqual([]);
	});
});

test('failed rows are written so that no spreadsheet takes a cell for a formula', () => {
	expect(csvLine(['=1+1', '+49', '-1', '@x', '\tx', 'plain', 'a"b,c'])).toBe(
		`'=1+1,'+49,'-1,'@x,'\tx,plain,"a""b,c"\r\n`
	);
});
