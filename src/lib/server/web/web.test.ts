import { describe, expect, test } from 'vitest';
import { accepted } from './locale.ts';
import { secure } from './headers.ts';
import { safeReturnPath } from './return-address.ts';

describe('the way back after signing in', () => {
	test.each([
		['/deals?sort=name#top', '/deals?sort=name#top'],
		['/', '/'],
		[null, '/'],
		['', '/'],
		['deals', '/'],
		['//evil.example/x', '/'],
		['/\\evil.example', '/'],
		['/\t/evil.example', '/'],
		['https://evil.example', '/'],
		['javascript:alert(1)', '/']
	])('%s leads to %s', (wished, path) => {
		expect(safeReturnPath(wished)).toBe(path);
	});
});

describe('the language of somebody who is not signed in', () => {
	test.each([
		['de-CH,de;q=0.9,en;q=0.5', 'de'],
		['fr, en;q=0.4, de;q=0.6', 'de'],
		['fr-FR', undefined],
		['de;q=0, en', 'en'],
		[null, undefined]
	])('%s is %s', (header, locale) => {
		expect(accepted(header)).toBe(locale);
	});
});

test('a page of many parts does not name them all in a header that proxies and clients refuse', () => {
	const parts = Array.from({ length: 300 }, (_, at) => `</_app/immutable/chunks/${at}.js>`);
	const answer = new Response('', { headers: { link: parts.join(', ') } });
	secure(answer, { https: false, isPrivate: true });
	expect(JSON.stringify([...answer.headers]).length).toBeLessThan(1_000);
});
