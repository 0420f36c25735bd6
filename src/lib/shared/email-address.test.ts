import { expect, test } from 'vitest';
import { splitAddresses } from './email-address.ts';

test('a typed list of addresses is taken apart, names and empty places left out [core 4.1]', () => {
	expect(
		splitAddresses('Ann Becker <Ann@Example.com>, bob@example.com;\n,cleo@example.com ')
	).toEqual(['ann@example.com', 'bob@example.com', 'cleo@example.com']);
	expect(splitAddresses('  ')).toEqual([]);
});

test('what is no address is kept, so that the field can refuse it by name', () => {
	expect(splitAddresses('not an address')).toEqual(['not an address']);
});
