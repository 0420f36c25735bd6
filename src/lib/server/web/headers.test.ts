import { expect, test } from 'vitest';
import { secure } from './headers.ts';

const answered = (headers: Record<string, string>, framed = false) => {
	const response = new Response(null, { headers });
	secure(response, { https: false, isPrivate: false, framed });
	return response.headers;
};

test('only the public form may stand in frames of other sites', () => {
	const policy = "default-src 'self'; frame-ancestors 'none'";
	const own = answered({ 'content-security-policy': policy });
	expect([own.get('x-frame-options'), own.get('content-security-policy')]).toEqual([
		'DENY',
		policy
	]);
	const framed = answered({ 'content-security-policy': policy }, true);
	expect(framed.get('x-frame-options')).toBeNull();
	expect(framed.get('content-security-policy')).toBe("default-src 'self'; frame-ancestors *");
});

test('the parts of a page are named in its head alone', () => {
	expect(answered({ link: '</_app/a.js>; rel="modulepreload"' }).get('link')).toBeNull();
});
