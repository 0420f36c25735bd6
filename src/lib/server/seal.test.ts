import { expect, test } from 'vitest';
import { seal, unseal } from './seal.ts';

const SECRET = 'a secret that is long enough to be one';
const ROW = '01900000-0000-7000-8000-000000000001';

test('a sealed secret is read again only under the same secret and in the same row', () => {
	const sealed = seal(SECRET, ROW, 'pässword');
	expect(sealed).not.toContain('pässword');
	expect(unseal(SECRET, ROW, sealed)).toBe('pässword');
	expect(unseal('another secret that is long enough', ROW, sealed)).toBeNull();
	expect(unseal(SECRET, '01900000-0000-7000-8000-000000000002', sealed)).toBeNull();
});

test('the same secret never looks the same twice, and a changed byte makes it unreadable', () => {
	const [one, other] = [seal(SECRET, ROW, 'x'), seal(SECRET, ROW, 'x')];
	expect(one).not.toBe(other);
	const bytes = Buffer.from(one.slice(3), 'base64url');
	for (let at = 0; at < bytes.length; at++) {
		const broken = Buffer.from(bytes);
		broken[at] = (broken[at] ?? 0) ^ 1;
		expect(unseal(SECRET, ROW, `v1.${broken.toString('base64url')}`)).toBeNull();
	}
	for (const nonsense of ['', 'v1.', 'v2.abc', 'v1.abc']) {
		expect(unseal(SECRET, ROW, nonsense)).toBeNull();
	}
});
