import { expect, test } from 'vitest';
import { trustProxies } from './proxy.ts';

function seen(headers: Record<string, string>, hops: number) {
	const request = {
		headers: { host: 'inside:3000', ...headers },
		socket: { remoteAddress: '10.0.0.9' }
	};
	trustProxies(request, hops);
	return request.headers as Record<string, string>;
}

test('without a trusted proxy nothing that a client claims about itself is believed', () => {
	const headers = seen(
		{
			'x-forwarded-for': '1.2.3.4',
			'x-forwarded-proto': 'https',
			'x-forwarded-host': 'evil.example'
		},
		0
	);
	expect(headers).toEqual({
		host: 'inside:3000',
		'x-forwarded-for': '10.0.0.9',
		'x-forwarded-proto': 'http'
	});
});

test('a trusted proxy tells protocol, host and the address that it saw itself', () => {
	const headers = seen(
		{
			'x-forwarded-for': '6.6.6.6, 1.2.3.4',
			'x-forwarded-proto': 'https',
			'x-forwarded-host': 'crm.example'
		},
		1
	);
	expect(headers).toEqual({
		host: 'crm.example',
		'x-forwarded-for': '1.2.3.4',
		'x-forwarded-proto': 'https'
	});
});

test('behind two proxies the address is the one that the outer of them saw', () => {
	const headers = seen({ 'x-forwarded-for': '6.6.6.6, 1.2.3.4, 10.0.0.2' }, 2);
	expect(headers['x-forwarded-for']).toBe('1.2.3.4');
});
