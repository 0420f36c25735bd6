import { describe, expect, test } from 'vitest';
import { missingFacts, parseName } from './model.ts';

const picasso =
	'Pablo Diego José Francisco de Paula\nJuan Nepomuceno María de los Remedios\t Cipriano de la Santísima Trinidad Ruiz  Picasso';

describe('reading a name', () => {
	test('two words are first and last name [T154]', () => {
		expect(parseName('Ann Becker')).toEqual({
			firstName: 'Ann',
			middleName: null,
			lastName: 'Becker'
		});
	});

	test('a single word is a first name', () => {
		expect(parseName('Cher')).toEqual({ firstName: 'Cher', middleName: null, lastName: null });
		expect(parseName(null, '', 'Cher')).toMatchObject({ firstName: 'Cher', lastName: null });
	});

	test('everything between first and last word is the middle name, with single spaces [T155]', () => {
		expect(parseName(picasso)).toEqual({
			firstName: 'Pablo',
			middleName:
				'Diego José Francisco de Paula Juan Nepomuceno María de los Remedios Cipriano de la Santísima Trinidad Ruiz',
			lastName: 'Picasso'
		});
	});

	test('words spread over first and last fields give the same result [T156]', () => {
		const cut = picasso.indexOf('Juan');
		expect(parseName(picasso.slice(0, cut), undefined, picasso.slice(cut))).toEqual(
			parseName(picasso)
		);
	});

	test.each([
		['mr. Pablo Picasso', 'Mr. Pablo'],
		['mr Pablo Picasso', 'Mr Pablo'],
		['mr.Pablo Picasso', 'Mr. Pablo'],
		['Ms.Pablo Picasso', 'Ms. Pablo'],
		['mrs. Pablo Picasso', 'Mrs. Pablo'],
		['miss Pablo Picasso', 'Miss Pablo'],
		['Md. Pablo Picasso', 'Md. Pablo'],
		['dr.Pablo Picasso', 'Dr. Pablo'],
		['PhD. Pablo Picasso', 'PhD. Pablo'],
		['Ph.D. Pablo Picasso', 'Ph.D. Pablo'],
		['eng. Pablo Picasso', 'Eng. Pablo'],
		['prof. dr. Pablo Picasso', 'Prof. Dr. Pablo']
	])('the honorific of "%s" stays in front of the first name [T157]', (typed, firstName) => {
		expect(parseName(typed)).toEqual({ firstName, middleName: null, lastName: 'Picasso' });
	});

	test('a name that only begins like an honorific is left alone', () => {
		expect(parseName('Drake Engels')).toMatchObject({ firstName: 'Drake', lastName: 'Engels' });
	});

	test('an honorific alone, or nothing, is no name', () => {
		expect(parseName('Dr.')).toBeNull();
		expect(parseName('Mr Dr')).toBeNull();
		expect(parseName('  \n ')).toBeNull();
	});
});

test('a contact without company or address says what is missing', () => {
	expect(missingFacts({ companyId: null, email: null })).toEqual(['company', 'email']);
	expect(missingFacts({ companyId: 'x', email: 'a@b.example' })).toEqual([]);
});
