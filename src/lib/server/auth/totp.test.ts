import { expect, test } from 'vitest';
import { codeOf, newTotpSecret, stepOfCode, toBase32, totpAddress } from './totp.ts';

const SECRET = toBase32(Buffer.from('12345678901234567890'));
const at = (seconds: number) => new Date(seconds * 1000);

// RFC 6238, appendix B, the last six of eight digits.
test.each([
	[59, '287082'],
	[1_111_111_109, '081804'],
	[1_111_111_111, '050471'],
	[1_234_567_890, '005924'],
	[2_000_000_000, '279037'],
	[20_000_000_000, '353130']
])('[RFC 6238] the code at second %i is %s', (second, code) => {
	expect(codeOf(SECRET, at(second))).toBe(code);
	expect(stepOfCode(SECRET, code, at(second))).toBe(Math.floor(second / 30));
});

test('[S9] a code counts one step early and one step late, and no longer', () => {
	const code = codeOf(SECRET, at(3000));
	const taken = [-61, -31, -30, 0, 29, 30, 59, 60].map(
		(drift) => stepOfCode(SECRET, code, at(3000 + drift)) !== null
	);
	expect(taken).toEqual([false, false, true, true, true, true, true, false]);
	expect(stepOfCode(SECRET, code, at(3030))).toBe(100);
});

test('blanks in a code are no matter, and what is no code is none', () => {
	const code = codeOf(SECRET, at(3000));
	expect(stepOfCode(SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, at(3000))).toBe(100);
	for (const wrong of ['', '12345', '1234567', 'äääääö', '۱۲۳۴۵۶']) {
		expect(stepOfCode(SECRET, wrong, at(3000))).toBeNull();
	}
});

test('a secret has 160 bits, and an app reads whose it is', () => {
	const secret = newTotpSecret();
	expect(secret).toMatch(/^[A-Z2-7]{32}$/);
	const address = new URL(totpAddress(secret, 'ann+x@tandem.example', 'Nord & Wind'));
	expect(address.searchParams.get('secret')).toBe(secret);
	expect(address.searchParams.get('issuer')).toBe('Nord & Wind');
	expect(decodeURIComponent(address.pathname)).toContain('Nord & Wind:ann+x@tandem.example');
});
