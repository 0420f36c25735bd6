import { describe, expect, test } from 'vitest';
import { listHref, readListQuery } from './list-query.ts';

const shape = {
	sorts: ['name', 'updated'],
	defaultSort: '-updated',
	columns: ['email', 'owner', 'tags'],
	defaultColumns: ['email', 'owner'],
	filters: ['owner', 'tag']
};
const read = (query: string) => readListQuery(new URLSearchParams(query), shape);

describe('the address of a list', () => {
	test('an empty one is the list as it comes', () => {
		expect(read('')).toEqual({
			q: '',
			sort: 'updated',
			descending: true,
			columns: ['email', 'owner'],
			filters: {},
			after: undefined,
			before: undefined,
			trash: false,
			density: 'compact'
		});
	});

	test('columns come in the order of the list, as one parameter or several', () => {
		expect(read('columns=tags,email').columns).toEqual(['email', 'tags']);
		expect(read('columns=tags&columns=email').columns).toEqual(['email', 'tags']);
	});

	test('what the list does not know is ignored', () => {
		expect(read('sort=-password&columns=secret&colour=red&owner=')).toEqual(read(''));
	});

	test('NUL and endless text do not reach the database', () => {
		const { q } = read(`q=a%00b${'x'.repeat(500)}`);
		expect(q).toHaveLength(200);
		expect(q.startsWith('abx')).toBe(true);
	});
});

describe('links within a list', () => {
	const url = new URL('http://tandem.example/companies?q=oil&tag=t1&after=c1');

	test('a new order or filter keeps the rest and starts at the first page', () => {
		expect(listHref(url, { sort: '-name', tag: null })).toBe('/companies?q=oil&sort=-name');
	});

	test('turning the page keeps everything else', () => {
		expect(listHref(url, { before: 'c2' })).toBe('/companies?q=oil&tag=t1&before=c2');
	});
});
