import { expect, test } from 'vitest';
import { makeFormToken, readFormToken } from './form-token.ts';

const SECRET = 'a secret of at least thirty-two characters';
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

test('the token of a form is good for a day, once somebody can have filled it in', () => {
	const token = makeFormToken('source', SECRET, at(0));
	expect(readFormToken(token, 'source', SECRET, at(1))).toEqual({ ok: false, error: 'too_soon' });
	expect(readFormToken(token, 'source', SECRET, at(3))).toMatchObject({ ok: true });
	expect(readFormToken(token, 'source', SECRET, at(86_399))).toMatchObject({ ok: true });
	expect(readFormToken(token, 'source', SECRET, at(86_401))).toEqual({
		ok: false,
		error: 'too_late'
	});
	expect(makeFormToken('source', SECRET, at(0))).not.toBe(token);
});

test('a token that was changed, made for another form or with another secret is not ours', () => {
	const token = makeFormToken('source', SECRET, at(0));
	const [, ...rest] = token.split('.');
	const younger = [at(600).getTime().toString(36), ...rest].join('.');
	const refused = { ok: false, error: 'not_ours' };
	expect(readFormToken(younger, 'source', SECRET, at(700))).toEqual(refused);
	expect(readFormToken(token, 'other', SECRET, at(5))).toEqual(refused);
	expect(readFormToken(token, 'source', `${SECRET}!`, at(5))).toEqual(refused);
	for (const forged of ['', '.', '..', `${token}.x`, 'ö.ö.ö', token.slice(0, -4)]) {
		expect(readFormToken(forged, 'source', SECRET, at(5))).toEqual(refused);
	}
});
