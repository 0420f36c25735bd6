import { expect, test } from 'vitest';
import { faultOfPassword } from './password-rules.ts';

const ann = { name: 'Ann-Kathrin Becker', email: 'a.becker@gnomonia.example' };

test.each([
	'1234567890',
	'qwertyuiop',
	'password123',
	'PASSWORD123',
	'qwerty12345!',
	'aaaaaaaaaaaa',
	'abababababab'
])('what attackers try first is refused: %s', (password) => {
	expect(faultOfPassword(password, ann)).toBe('password_common');
});

test.each([
	'annkathrin1',
	'Becker2026!!',
	'gnomonia-2026',
	'a.becker@gnomonia.example',
	'tandem12345'
])('so is what everybody knows of its owner: %s', (password) => {
	expect(faultOfPassword(password, ann)).toBe('password_personal');
});

test.each(['correct horse battery', 'Becker mag keine Rosinen', 'ünïcödé ist schön', '9f!Kq2$mZx'])(
	'anything else is taken, without rules about symbols: %s',
	(password) => {
		expect(faultOfPassword(password, ann)).toBeNull();
	}
);
