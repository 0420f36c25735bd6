import { eq } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { actorOfUser, signedInByCookie } from '#lib/server/auth/actor.ts';
import { createAuth } from '#lib/server/auth/auth.ts';
import { SESSION_COOKIE, signToken } from '#lib/server/auth/cookie.ts';
import { askForPasskey } from '#lib/server/auth/passkey.ts';
import { signIn, signInByPasskey } from '#lib/server/auth/sign-in.ts';
import type { Ctx } from '#lib/server/context.ts';
import { passkeys } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { passkeyDevice } from '#tests/support/passkey-device.ts';
import {
	addPasskey,
	addUser,
	beginPasskey,
	deactivateUser,
	installStandardRoles,
	removePasskey
} from './commands.server.ts';
import { getOwnFactors } from './queries.server.ts';

const SECRET = 'a secret of at least thirty-two characters';
process.env.SECRET = SECRET;
const { db } = await testDatabase();
const ctx = systemCtx(db);
const auth = createAuth(db, SECRET);
await installStandardRoles(ctx);
const PASSWORD = 'a sentence that nobody guesses';
const PROOF = { currentPassword: PASSWORD };
const site = { name: 'Tandem', origin: 'https://crm.tandem.example' };
const DEVICE = { address: '203.0.113.7', userAgent: 'Firefox/140', now: ctx.now };

async function someone() {
	const email = `${newId()}@tandem.example`;
	const person = { name: 'Ann Becker', email, password: PASSWORD, departmentIds: [], roleIds: [] };
	const added = await addUser(ctx, person);
	if (!added.ok) throw new Error(added.error);
	const { userId } = added.value;
	const actor = await actorOfUser(db, userId);
	if (!actor) throw new Error('inactive');
	return { userId, email, ctx: { ...ctx, actor } satisfies Ctx };
}

async function withPasskey() {
	const ann = await someone();
	const device = passkeyDevice(site.origin);
	const begun = await beginPasskey(ann.ctx, { ...PROOF, site });
	if (!begun.ok) throw new Error(begun.error);
	const response = device.create(begun.value.options);
	const added = await addPasskey(ann.ctx, { name: 'Phone', response, site });
	if (!added.ok) throw new Error(added.error);
	return { ...ann, device, response, codes: added.value.codes };
}

const asked = (userId: string | null = null) => askForPasskey(db, site, userId, ctx.now);
const enter = (response: unknown, where = site) =>
	signInByPasskey({ auth, db }, { response, site: where, ...DEVICE });
const REFUSED = { ok: false, error: 'wrong_passkey' };

describe('a passkey', () => {
	test('is added by who knows the password, with recovery codes, and each challenge is answered once', async () => {
		const wrong = await someone();
		expect(await beginPasskey(wrong.ctx, { currentPassword: 'guess', site })).toMatchObject({
			error: 'wrong_password'
		});
		const ann = await withPasskey();
		expect(ann.codes).toHaveLength(10);
		expect(await getOwnFactors(ann.ctx)).toMatchObject({
			passkeys: [{ name: 'Phone' }],
			codesLeft: 10
		});
		const again = { name: 'Phone', response: ann.response, site };
		expect(await addPasskey(ann.ctx, again)).toEqual(REFUSED);
	});

	test('of somebody else’s asking is not taken', async () => {
		const [ann, eve] = [await someone(), await someone()];
		const begun = await beginPasskey(ann.ctx, { ...PROOF, site });
		if (!begun.ok) throw new Error(begun.error);
		const response = passkeyDevice(site.origin).create(begun.value.options);
		expect(await addPasskey(eve.ctx, { name: 'Mine', response, site })).toEqual(REFUSED);
	});

	test('opens a session in place of the password, once for each challenge', async () => {
		const ann = await withPasskey();
		const response = ann.device.get(await asked(), 1);
		const entered = await enter(response);
		if (!entered.ok) throw new Error(entered.error);
		const cookie = `${SESSION_COOKIE}=${encodeURIComponent(signToken(entered.value.token, SECRET))}`;
		expect((await signedInByCookie(db, cookie, { secret: SECRET }))?.actor.id).toBe(ann.userId);
		expect(await enter(response)).toEqual(REFUSED);
		expect(await enter(ann.device.get(await asked(), 2))).toMatchObject({ ok: true });
		expect(await db.select().from(passkeys).where(eq(passkeys.userId, ann.userId))).toMatchObject([
			{ counter: 2, lastUsedAt: ctx.now }
		]);
	});

	test('is asked for after the password of who has nothing else', async () => {
		const ann = await withPasskey();
		const entered = await signIn({ auth, db }, { email: ann.email, password: PASSWORD, ...DEVICE });
		expect(entered).toMatchObject({ value: { next: 'factor' } });
		expect(await asked(ann.userId)).toMatchObject({
			allowCredentials: [{ id: expect.any(String) }]
		});
	});

	test('is refused from another site, without a finger, with an old count, of a stranger, and as nonsense', async () => {
		const ann = await withPasskey();
		const { get } = ann.device;
		const evil = 'https://crm.tandem.example.evil.example';
		expect(await enter(get(await asked(), 5))).toMatchObject({ ok: true });
		expect(await enter(get(await asked(), 6, { where: evil }))).toEqual(REFUSED);
		expect(await enter(get(await asked(), 7, { verified: false }))).toEqual(REFUSED);
		expect(await enter(get(await asked(), 5))).toEqual(REFUSED);
		expect(await enter(get({ challenge: 'made-up' }, 8))).toEqual(REFUSED);
		expect(await enter(passkeyDevice(site.origin).get(await asked(), 1))).toEqual(REFUSED);
		for (const nonsense of [null, 'x', {}, { id: 1 }])
			expect(await enter(nonsense)).toEqual(REFUSED);
		await deactivateUser(ctx, { userId: ann.userId });
		expect(await enter(get(await asked(), 9))).toEqual(REFUSED);
	});

	test('goes with the password, and somebody else’s is not found', async () => {
		const [ann, eve] = [await withPasskey(), await someone()];
		const [row] = await db.select().from(passkeys).where(eq(passkeys.userId, ann.userId));
		const passkeyId = row?.id ?? '';
		await expect(removePasskey(eve.ctx, { ...PROOF, passkeyId })).rejects.toThrow(NotFound);
		const guess = { passkeyId, currentPassword: 'guess' };
		expect(await removePasskey(ann.ctx, guess)).toMatchObject({ error: 'wrong_password' });
		expect(await removePasskey(ann.ctx, { ...PROOF, passkeyId })).toMatchObject({ ok: true });
		expect(await getOwnFactors(ann.ctx)).toMatchObject({ passkeys: [], codesLeft: 0 });
		expect(await enter(ann.device.get(await asked(), 9))).toEqual(REFUSED);
	});
});
