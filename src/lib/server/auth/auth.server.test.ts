import { eq } from 'drizzle-orm';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
	addUser,
	deactivateUser,
	installStandardRoles,
	revokeSession
} from '#lib/features/users/commands.server.ts';
import { rateLimits, sessions } from '#lib/server/db/tables/index.ts';
import { TooMany } from '#lib/server/errors.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { actorOfUser, signedInByCookie } from './actor.ts';
import { createAuth } from './auth.ts';
import { SECURE_SESSION_COOKIE, SESSION_COOKIE, signToken } from './cookie.ts';
import { noteUse, SESSION_SECONDS } from './session-use.ts';
import { network, signIn } from './sign-in.ts';

const SECRET = 'a secret that is only used in tests, and long';
const PASSWORD = 'tandem-demo';

const { db, sql } = await testDatabase();
const auth = createAuth(db, SECRET);
const now = new Date();
let annId = '';

beforeAll(async () => {
	const ctx = systemCtx(db);
	await installStandardRoles(ctx);
	annId = await someone('ann@tandem.example');
});

afterEach(async () => {
	await db.delete(rateLimits);
});

async function someone(email: string): Promise<string> {
	const person = { name: 'Ann Becker', email, password: PASSWORD, departmentIds: [], roleIds: [] };
	const added = await addUser(systemCtx(db), person);
	if (!added.ok) throw new Error(added.error);
	return added.value.userId;
}

const enter = (over: Partial<Parameters<typeof signIn>[1]> = {}) =>
	signIn(
		{ auth, db },
		{
			email: 'ann@tandem.example',
			password: PASSWORD,
			address: '203.0.113.7',
			userAgent: 'Firefox/140',
			now,
			...over
		}
	);

async function token(): Promise<string> {
	const entered = await enter();
	if (!entered.ok) throw new Error(entered.error);
	return entered.value.token;
}

const cookie = (signed: string, name = SESSION_COOKIE) =>
	`theme=x; ${name}=${encodeURIComponent(signed)}`;
const who = (header: string | null, at = now) =>
	signedInByCookie(db, header, { secret: SECRET, now: at });

describe('signing in', () => {
	test('opens a session in our table, with address and device, that the cookie leads back to', async () => {
		const opened = await token();
		const [session] = await db.select().from(sessions).where(eq(sessions.token, opened));
		expect(session).toMatchObject({ ipAddress: '203.0.113.7', userAgent: 'Firefox/140' });
		const signedIn = await who(cookie(signToken(opened, SECRET)));
		expect(signedIn?.actor).toMatchObject({
			id: annId,
			name: 'Ann Becker',
			sessionId: session?.id,
			permissions: { 'user.read': 'all', 'user.update': 'own' }
		});
	});

	test('our signature is the one that the sign-in library writes and reads', async () => {
		const answer = await auth.api.signInEmail({
			body: { email: 'ann@tandem.example', password: PASSWORD },
			returnHeaders: true
		});
		const written = answer.headers.getSetCookie().find((line) => line.startsWith(SESSION_COOKIE));
		expect(written).toContain(encodeURIComponent(signToken(answer.response.token, SECRET)));
		const headers = new Headers({ cookie: cookie(signToken(answer.response.token, SECRET)) });
		expect((await auth.api.getSession({ headers }))?.user.id).toBe(annId);
	});

	test('is blind to upper case and spaces in the e-mail', async () => {
		expect(await enter({ email: ' Ann@Tandem.Example ' })).toMatchObject({ ok: true });
	});

	test('answers an unknown e-mail like a wrong password', async () => {
		const refused = { ok: false, error: 'wrong_credentials' };
		expect(await enter({ password: 'not her password' })).toEqual(refused);
		expect(await enter({ email: 'nobody@tandem.example' })).toEqual(refused);
	});

	test('does the same work for an unknown e-mail: a password is hashed there too', async () => {
		const { password } = await auth.$context;
		const hash = vi.spyOn(password, 'hash');
		const verify = vi.spyOn(password, 'verify');
		await enter({ email: 'nobody@tandem.example' });
		expect([hash.mock.calls.length, verify.mock.calls.length]).toEqual([1, 0]);
		await enter({ password: 'not her password' });
		expect([hash.mock.calls.length, verify.mock.calls.length]).toEqual([1, 1]);
	});

	test('a person who was deactivated is refused in the same words, and his sessions are over', async () => {
		const gone = await someone('gone@tandem.example');
		const entered = await enter({ email: 'gone@tandem.example' });
		if (!entered.ok) throw new Error(entered.error);
		const header = cookie(signToken(entered.value.token, SECRET));
		expect(await who(header)).not.toBeNull();
		await deactivateUser(systemCtx(db), { userId: gone });
		expect(await who(header)).toBeNull();
		expect(await actorOfUser(db, gone)).toBeNull();
		expect(await enter({ email: 'gone@tandem.example' })).toEqual({
			ok: false,
			error: 'wrong_credentials'
		});
		expect(await db.select().from(sessions).where(eq(sessions.userId, gone))).toEqual([]);
	});

	test('nobody can register himself', async () => {
		const body = { name: 'Eve', email: 'eve@tandem.example', password: 'long enough password' };
		await expect(auth.api.signUpEmail({ body })).rejects.toThrow(/sign up is not enabled/i);
	});
});

describe('the limit on tries', () => {
	const wrong = { password: 'wrong password' };

	test('stops the eleventh wrong password for one e-mail, whatever the address, and says how long', async () => {
		for (let n = 0; n < 10; n++) await enter({ ...wrong, address: `203.0.113.${n}` });
		const stopped = await enter({ address: '203.0.113.99' }).catch((thrown: unknown) => thrown);
		expect(stopped).toBeInstanceOf(TooMany);
		expect(stopped).toMatchObject({ retryAfterSeconds: 15 * 60 });
		const later = new Date(now.getTime() + 15 * 60 * 1000);
		expect(await enter({ now: later })).toMatchObject({ ok: true });
	});

	test('stops an address that tries many e-mails', async () => {
		await enter(wrong);
		await db.update(rateLimits).set({ count: 50 });
		await expect(enter({ email: 'bob@tandem.example' })).rejects.toBeInstanceOf(TooMany);
	});

	test('forgets the tries of an e-mail when its owner gets in', async () => {
		for (let n = 0; n < 9; n++) await enter(wrong);
		expect(await enter()).toMatchObject({ ok: true });
		for (let n = 0; n < 9; n++) await enter(wrong);
		expect(await enter()).toMatchObject({ ok: true });
	});

	test('counts parallel tries one by one', async () => {
		await Promise.all(Array.from({ length: 5 }, () => enter(wrong)));
		const counts = (await db.select().from(rateLimits)).map(({ count }) => count);
		expect(counts).toEqual([5, 5]);
	});

	test('keeps e-mails and addresses only as hashes', async () => {
		await enter(wrong);
		const keys = (await db.select().from(rateLimits)).map(({ key }) => key).join();
		expect(keys).not.toContain('ann@');
		expect(keys).not.toContain('203.0');
	});

	test.each([
		['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
		['2001:db8::7', '2001:db8:0:0'],
		['::1', '0:0:0:0'],
		['::ffff:198.51.100.4', '::ffff:198.51.100.4'],
		['198.51.100.4', '198.51.100.4']
	])('counts %s as %s', (address, counted) => {
		expect(network(address)).toBe(counted);
	});
});

describe('the session cookie', () => {
	test('is refused when any part of it was changed', async () => {
		const signed = signToken(await token(), SECRET);
		const [value = '', signature = ''] = signed.split('.');
		expect(await who(cookie(signed))).not.toBeNull();
		const forged = [
			`${value}x.${signature}`,
			`${value}.${signature.slice(0, -4)}AAA=`,
			`${value}.`,
			value,
			`.${signature}`,
			signToken(value, 'another secret that is long enough too'),
			'%E0%A4%A'
		];
		for (const forgery of forged) expect(await who(cookie(forgery))).toBeNull();
		expect(await who(null)).toBeNull();
	});

	test('is taken under its https name first', async () => {
		const signed = signToken(await token(), SECRET);
		const both = `${SESSION_COOKIE}=forged; ${SECURE_SESSION_COOKIE}=${encodeURIComponent(signed)}`;
		expect(await who(both)).not.toBeNull();
	});

	test('is worth nothing once the session is revoked, and the database tells every hub', async () => {
		const heard: unknown[] = [];
		const listener = await sql.listen('live', (payload) => void heard.push(JSON.parse(payload)));
		const header = cookie(signToken(await token(), SECRET));
		const signedIn = await who(header);
		if (!signedIn) throw new Error('not signed in');
		const { actor, sessionId } = signedIn;
		await revokeSession({ ...systemCtx(db), actor }, { sessionId });
		expect(await who(header)).toBeNull();
		await expect
			.poll(() => heard)
			.toContainEqual({ type: 'session', session: sessionId, user: annId });
		await listener.unlisten();
	});

	test('ends two weeks after the last use, and use moves the end', async () => {
		const header = cookie(signToken(await token(), SECRET));
		const signedIn = await who(header);
		if (!signedIn) throw new Error('not signed in');
		expect(await noteUse(db, signedIn, new Date(now.getTime() + 60_000))).toBe(false);
		const tenDays = new Date(now.getTime() + 10 * 86_400_000);
		expect(await noteUse(db, signedIn, tenDays)).toBe(true);
		const twentyDays = new Date(now.getTime() + 20 * 86_400_000);
		expect(await who(header, twentyDays)).not.toBeNull();
		const over = new Date(tenDays.getTime() + SESSION_SECONDS * 1000 + 1);
		expect(await who(header, over)).toBeNull();
	});
});
