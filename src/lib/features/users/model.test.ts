import { describe, expect, test } from 'vitest';
import { deviceName, faultOf, formFault, roleName, ticked, typed } from './model.ts';
import { AddUser, ChangePassword, SaveProfile } from './schema.ts';
import { GRANTABLE_RIGHTS } from './standard-rights.ts';
import { STANDARD_ROLES } from './standard-roles.ts';

describe('a device in words', () => {
	test.each([
		['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
		[
			'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36 Edg/153.0',
			'Edge on Windows'
		],
		[
			'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
			'Safari on iPhone'
		],
		[
			'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Mobile Safari/537.36',
			'Chrome on Android'
		],
		['curl/8.5.0', 'curl'],
		['', 'Unknown device']
	])('%s', (userAgent, words) => {
		expect(deviceName(userAgent)).toBe(words);
	});
});

describe('a refused form', () => {
	const form = {
		values: { email: 'x', roleIds: ['a', 'b'] },
		faults: [{ field: 'email', code: 'not_an_email' }]
	};

	test('says what is wrong with a field, and keeps what was typed', () => {
		expect(faultOf(form, 'email')).toBe('This is not an e-mail address.');
		expect(faultOf(form, 'name')).toBeUndefined();
		expect(formFault(form)).toBeUndefined();
		expect(typed(form, 'email', 'before')).toBe('x');
		expect(typed(null, 'email', 'before')).toBe('before');
		expect(ticked(form, 'roleIds')).toEqual(['a', 'b']);
	});

	test('has a sentence even for a code that nobody knows', () => {
		const odd = { faults: [{ field: '', code: 'odd' }] };
		expect(formFault(odd)).toBe('This was not accepted. Check it and try again.');
	});
});

test('a standard role is translated, a company’s own keeps its name', () => {
	expect(roleName({ key: 'manager', name: 'x' })).toBe('Sales manager');
	expect(roleName({ key: 'own', name: 'Night shift' })).toBe('Night shift');
});

describe('what people type about people', () => {
	const codes = (result: ReturnType<typeof AddUser.safeParse>) =>
		result.error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

	test('is refused field by field, with the reason', () => {
		const bad = { name: ' ', email: 'ann@', password: 'short', departmentIds: 'x', roleIds: '' };
		expect(codes(AddUser.safeParse(bad))).toEqual([
			'name required',
			'email not_an_email',
			'password password_too_short',
			'departmentIds.0 not_found'
		]);
		const nul = { ...bad, name: 'a\0b', email: 'a@b.example', password: '0123456789' };
		expect(codes(AddUser.safeParse({ ...nul, departmentIds: [] }))).toEqual(['name has_nul']);
	});

	test('one ticked box is a list of one', () => {
		const id = '01a20403-57a0-77c2-9e35-a66cc2337c94';
		const one = { name: 'Ann', email: 'A@B.example ', password: '0123456789', departmentIds: id };
		expect(AddUser.parse(one)).toMatchObject({
			email: 'a@b.example',
			departmentIds: [id],
			roleIds: []
		});
	});

	test('a repeated password must be the same', () => {
		const typed = {
			currentPassword: 'x',
			newPassword: '0123456789',
			repeatedPassword: '012345678'
		};
		expect(ChangePassword.safeParse(typed).error?.issues[0]).toMatchObject({
			path: ['repeatedPassword'],
			message: 'password_differs'
		});
	});

	test('a time zone must exist', () => {
		const profile = { name: 'Ann', language: 'de', colorScheme: 'dark' };
		const zones = ['Europe/Berlin', 'UTC', 'Mars/Olympus', '', '+02:00'];
		const taken = zones.filter(
			(timeZone) => SaveProfile.safeParse({ ...profile, timeZone }).success
		);
		expect(taken).toEqual(['Europe/Berlin', 'UTC']);
	});
});

test('whatever a standard role may do can be taken from it and given back', () => {
	for (const [role, rights] of Object.entries(STANDARD_ROLES)) {
		for (const [entity, verbs] of Object.entries(rights)) {
			for (const [verb, scope] of Object.entries(verbs)) {
				const right = GRANTABLE_RIGHTS.find(({ name }) => name === `${entity}.${verb}`);
				// A right that no rule asks for is not offered, and stays as it is.
				if (right) expect(right.scopes, `${role}: ${right.name}`).toContain(scope);
			}
		}
	}
});
