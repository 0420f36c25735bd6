import { eq } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { signedInByCookie } from '#lib/server/auth/actor.ts';
import { createAuth } from '#lib/server/auth/auth.ts';
import { SESSION_COOKIE, signToken } from '#lib/server/auth/cookie.ts';
import { rotateIfDue } from '#lib/server/auth/session.ts';
import { signIn, signInByCode } from '#lib/server/auth/sign-in.ts';
import { codeOf } from '#lib/server/auth/totp.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	authenticators,
	changes,
	rateLimits,
	recoveryCodes,
	roles,
	sessions,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound, TooMany } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import {
	addUser,
	beginApp,
	beginAppOf,
	changeUser,
	confirmApp,
	confirmAppOf,
	installStandardRoles,
	removeApp,
	renewRecoveryCodes,
	requireFactor,
	resetFactors
} from './commands.server.ts';
import {
	findPendingApp,
	getOwnFactors,
	listFactorRoles,
	listManagedUsers
} from './queries.server.ts';

const SECRET = 'a secret of at least thirty-two characters';
process.env.SECRET = SECRET;
const { db } = await testDatabase();
const ctx = systemCtx(db);
const auth = createAuth(db, SECRET);
await installStandardRoles(ctx);
const roleIds = new Map((await db.select().from(roles)).map(({ key, id }) => [key, id]));
const PASSWORD = 'a sentence that nobody guesses';
const DEVICE = { address: '203.0.113.7', userAgent: 'Firefox/140' };
const PROOF = { currentPassword: PASSWORD };
// Far from the edge of a step.
const now = new Date(Math.floor(Date.now() / 30_000) * 30_000 + 10_000);
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);

beforeEach(async () => {
	await db.delete(rateLimits);
});

interface Person {
	readonly ctx: Ctx;
	readonly userId: string;
	readonly email: string;
}

async function someone(role = 'manager'): Promise<Person> {
	const email = `${newId()}@tandem.example`;
	const held = [roleIds.get(role) ?? ''];
	const person = {
		name: 'Ann Becker',
		email,
		password: PASSWORD,
		departmentIds: [],
		roleIds: held
	};
	const added = await addUser(ctx, person);
	if (!added.ok) throw new Error(added.error);
	return { ctx: await asSignedIn(email), userId: added.value.userId, email };
}

const enter = (email: string, seconds = 0) =>
	signIn({ auth, db }, { email, password: PASSWORD, ...DEVICE, now: at(seconds) });

const who = (token: string, seconds = 0) =>
	signedInByCookie(db, `${SESSION_COOKIE}=${encodeURIComponent(signToken(token, SECRET))}`, {
		secret: SECRET,
		now: at(seconds)
	});

async function asSignedIn(email: string): Promise<Ctx> {
	const entered = await enter(email);
	if (!entered.ok || entered.value.next !== 'session') throw new Error('not in');
	const signedIn = await who(entered.value.token);
	if (!signedIn) throw new Error('no session');
	return { ...ctx, now, actor: signedIn.actor };
}

async function secretOf({ userId, email }: Person): Promise<string> {
	const app = await findPendingApp({ ...ctx, now }, { userId, account: email, issuer: 'Tandem' });
	if (!app) throw new Error('nothing is being set up');
	return app.secret;
}

/** Gives the person an app, and answers its secret and the recovery codes. */
async function withApp(person: Person) {
	expect(await beginApp(person.ctx, PROOF)).toMatchObject({ ok: true });
	const secret = await secretOf(person);
	const confirmed = await confirmApp(person.ctx, { code: codeOf(secret, now) });
	if (!confirmed.ok) throw new Error(confirmed.error);
	return { secret, codes: confirmed.value.codes ?? [] };
}

/** Somebody with an app, between his password and his code. */
async function halfWay(person: Person, seconds: number) {
	const entered = await enter(person.email, seconds);
	if (!entered.ok) throw new Error(entered.error);
	expect(entered.value.next).toBe('factor');
	return entered.value.token;
}

const byCode = (stepToken: string, code: string, seconds: number) =>
	signInByCode({ auth, db }, { stepToken, code, ...DEVICE, now: at(seconds) });

describe('an app with codes', () => {
	test('is set up by who knows the password and sees a right code; its secret is sealed', async () => {
		const ann = await someone();
		expect(await beginApp(ann.ctx, { currentPassword: 'guess' })).toMatchObject({
			error: 'wrong_password'
		});
		expect(await confirmApp(ann.ctx, { code: '123456' })).toMatchObject({
			error: 'nothing_to_confirm'
		});
		await beginApp(ann.ctx, PROOF);
		const secret = await secretOf(ann);
		const [row] = await db
			.select()
			.from(authenticators)
			.where(eq(authenticators.userId, ann.userId));
		expect(JSON.stringify(row)).not.toContain(secret);
		expect(await confirmApp(ann.ctx, { code: codeOf(secret, at(-120)) })).toMatchObject({
			error: 'wrong_code'
		});
		expect(await getOwnFactors(ann.ctx)).toMatchObject({ appSince: null, codesLeft: 0 });
		const confirmed = await confirmApp(ann.ctx, { code: codeOf(secret, now) });
		expect(confirmed).toMatchObject({ ok: true, value: { codes: { length: 10 } } });
		expect(await getOwnFactors(ann.ctx)).toMatchObject({ appSince: now, codesLeft: 10 });
		expect(await beginApp(ann.ctx, PROOF)).toMatchObject({ error: 'app_in_use' });
	});

	test('[S9] stands between the password and the session; each code opens once, with one step of drift', async () => {
		const ann = await someone();
		const { secret } = await withApp(ann);
		const before = await db.$count(sessions, eq(sessions.userId, ann.userId));
		const step = await halfWay(ann, 60);
		expect(await who(step)).toBeNull();
		expect(await db.$count(sessions, eq(sessions.userId, ann.userId))).toBe(before);
		const late = codeOf(secret, at(30));
		const [one, other] = await Promise.all([byCode(step, late, 60), byCode(step, late, 60)]);
		expect([one.ok, other.ok].sort()).toEqual([false, true]);
		const token = one.ok ? one.value.token : other.ok ? other.value.token : '';
		expect((await who(token))?.actor.id).toBe(ann.userId);
		const again = await halfWay(ann, 60);
		expect(await byCode(again, late, 60)).toMatchObject({ error: 'wrong_code' });
		expect(await byCode(again, codeOf(secret, at(0)), 60)).toMatchObject({ error: 'wrong_code' });
		expect(await byCode(again, codeOf(secret, at(90)), 60)).toMatchObject({ ok: true });
		expect(await byCode(again, codeOf(secret, at(120)), 90)).toMatchObject({
			error: 'step_is_over'
		});
	});

	test('is not guessed: a step ends after eight wrong codes or a quarter of an hour, a person after twenty', async () => {
		const ann = await someone();
		const { secret } = await withApp(ann);
		const step = await halfWay(ann, 60);
		for (let n = 0; n < 8; n++)
			expect(await byCode(step, '000000', 60)).toMatchObject({ error: 'wrong_code' });
		expect(await byCode(step, codeOf(secret, at(60)), 60)).toMatchObject({ error: 'step_is_over' });
		const slow = await halfWay(ann, 60);
		expect(await byCode(slow, codeOf(secret, at(1000)), 1000)).toMatchObject({
			error: 'step_is_over'
		});
		await db.delete(rateLimits);
		let guesses = 0;
		const guess = async () => {
			for (;;) {
				const next = await halfWay(ann, 60);
				for (let n = 0; n < 8; n++, guesses++) await byCode(next, '000000', 60);
			}
		};
		await expect(guess()).rejects.toBeInstanceOf(TooMany);
		expect(guesses).toBe(20);
	});

	test('goes with the password only, and with it the recovery codes', async () => {
		const ann = await someone();
		await withApp(ann);
		expect(await removeApp(ann.ctx, { currentPassword: 'guess' })).toMatchObject({
			error: 'wrong_password'
		});
		expect(await removeApp(ann.ctx, PROOF)).toMatchObject({ ok: true });
		await expect(removeApp(ann.ctx, PROOF)).rejects.toThrow(NotFound);
		expect(await getOwnFactors(ann.ctx)).toMatchObject({ appSince: null, codesLeft: 0 });
		expect(await enter(ann.email)).toMatchObject({ value: { next: 'session' } });
	});
});

describe('recovery codes', () => {
	test('[ASVS 6.5.1] open once each, in place of the app, and are stored as hashes', async () => {
		const ann = await someone();
		const { codes } = await withApp(ann);
		const [code = '', other = ''] = codes;
		const rows = await db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, ann.userId));
		expect(JSON.stringify(rows)).not.toContain(code.replaceAll('-', ''));
		expect(await byCode(await halfWay(ann, 60), ` ${code.toUpperCase()} `, 60)).toMatchObject({
			value: { used: 'recovery' }
		});
		expect(await byCode(await halfWay(ann, 60), code, 60)).toMatchObject({ error: 'wrong_code' });
		expect(await getOwnFactors(ann.ctx)).toMatchObject({ codesLeft: 9 });
		const renewed = await renewRecoveryCodes(ann.ctx, PROOF);
		expect(renewed).toMatchObject({ value: { codes: { length: 10 } } });
		expect(await byCode(await halfWay(ann, 60), other, 60)).toMatchObject({ error: 'wrong_code' });
	});

	test('of somebody else open nothing', async () => {
		const [ann, bob] = [await someone(), await someone()];
		await withApp(ann);
		const { codes } = await withApp(bob);
		expect(await byCode(await halfWay(ann, 60), codes[0] ?? '', 60)).toMatchObject({
			error: 'wrong_code'
		});
	});
});

describe('a role', () => {
	test('that asks for a second factor ends the sessions of those who have none, and they set one up when they come', async () => {
		const adam = await someone('administrator');
		const [ann, bob] = [await someone('chief'), await someone('chief')];
		await withApp(bob);
		const roleId = roleIds.get('chief') ?? '';
		expect((await listFactorRoles(adam.ctx)).find(({ key }) => key === 'chief')).toMatchObject({
			required: false,
			without: 1
		});
		await requireFactor(adam.ctx, { roleId, required: true });
		expect(await db.$count(sessions, eq(sessions.userId, ann.userId))).toBe(0);
		expect(await db.$count(sessions, eq(sessions.userId, bob.userId))).toBe(1);
		const entered = await enter(ann.email);
		expect(entered).toMatchObject({ value: { next: 'set_up' } });
		await beginAppOf({ ...ctx, now }, ann.userId);
		const code = codeOf(await secretOf(ann), now);
		expect(await confirmAppOf({ ...ctx, now }, { userId: ann.userId, code })).toMatchObject({
			value: { codes: { length: 10 } }
		});
		expect(await enter(ann.email)).toMatchObject({ value: { next: 'factor' } });
		expect(await removeApp(bob.ctx, PROOF)).toMatchObject({ error: 'factor_required' });
		expect(await getOwnFactors(bob.ctx)).toMatchObject({ required: true, codesLeft: 10 });
		await requireFactor(adam.ctx, { roleId, required: false });
		expect(await removeApp(bob.ctx, PROOF)).toMatchObject({ ok: true });
	});

	test('that is given to somebody counts at once', async () => {
		const adam = await someone('administrator');
		const ann = await someone('operator');
		const roleId = roleIds.get('accountant') ?? '';
		await requireFactor(adam.ctx, { roleId, required: true });
		expect(await db.$count(sessions, eq(sessions.userId, ann.userId))).toBe(1);
		await changeUser(adam.ctx, { userId: ann.userId, departmentIds: [], roleIds: [roleId] });
		expect(await db.$count(sessions, eq(sessions.userId, ann.userId))).toBe(0);
		await requireFactor(adam.ctx, { roleId, required: false });
	});

	test('is asked for it only by somebody who has it himself, and who may manage people', async () => {
		const [adam, ann] = [await someone('administrator'), await someone()];
		const roleId = roleIds.get('administrator') ?? '';
		expect(() => requireFactor(ann.ctx, { roleId, required: true })).toThrow(Forbidden);
		expect(await requireFactor(adam.ctx, { roleId, required: true })).toMatchObject({
			error: 'own_factor_first'
		});
		expect((await listFactorRoles(adam.ctx)).some(({ required }) => required)).toBe(false);
	});
});

describe('an administrator', () => {
	test('takes the factors of somebody who lost them; it is written down and ends his sessions', async () => {
		const [adam, ann] = [await someone('administrator'), await someone()];
		await withApp(ann);
		expect((await listManagedUsers(adam.ctx)).find(({ id }) => id === ann.userId)).toMatchObject({
			hasFactor: true
		});
		expect(() => resetFactors(ann.ctx, { userId: adam.userId })).toThrow(Forbidden);
		await resetFactors(adam.ctx, { userId: ann.userId });
		expect(await db.$count(sessions, eq(sessions.userId, ann.userId))).toBe(0);
		expect(await enter(ann.email)).toMatchObject({ value: { next: 'session' } });
		const acts = await db
			.select({ act: changes.act, actorId: changes.actorId })
			.from(changes)
			.where(eq(changes.recordId, ann.userId));
		expect(acts).toContainEqual({ act: 'add_factor', actorId: ann.userId });
		expect(acts).toContainEqual({ act: 'reset_factors', actorId: adam.userId });
	});
});

describe('a session', () => {
	test('[S8] takes another token once its person’s roles change; the old one counts for a minute more', async () => {
		const [adam, ann] = [await someone('administrator'), await someone()];
		const entered = await enter(ann.email);
		const old = entered.ok ? entered.value.token : '';
		const held = await db.select().from(userRoles).where(eq(userRoles.userId, ann.userId));
		expect(held).not.toEqual([]);
		expect(await who(old)).toMatchObject({ rotationDue: false });
		await changeUser(adam.ctx, { userId: ann.userId, departmentIds: [], roleIds: [] });
		const due = await who(old);
		expect(due).toMatchObject({ rotationDue: true });
		const rotations = await Promise.all(
			[1, 2, 3].map(() => rotateIfDue(db, due?.sessionId ?? '', now))
		);
		const [fresh = '', ...more] = rotations.filter((token) => token !== null);
		expect(more).toEqual([]);
		expect(fresh).not.toBe(old);
		expect(await who(fresh)).toMatchObject({ sessionId: due?.sessionId, rotationDue: false });
		expect(await who(old, 59)).not.toBeNull();
		expect(await who(old, 60)).toBeNull();
		expect(await who(fresh, 60)).not.toBeNull();
	});
});
