import { and, eq, isNull } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { codeOf } from '#lib/server/auth/totp.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	apiKeys,
	changes,
	outgoingMails,
	rateLimits,
	sessions,
	userProfiles
} from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aColleague } from '#tests/support/deals.ts';
import { passkeyDevice } from '#tests/support/passkey-device.ts';
import {
	addPasskey,
	addUser,
	beginApp,
	beginPasskey,
	changePassword,
	choosePassword,
	confirmApp,
	createApiKey,
	installStandardRoles,
	makePasswordLink,
	noteRecoveryCode,
	removeApp,
	removePasskey,
	renewRecoveryCodes,
	resetFactors,
	revokeApiKey
} from './commands.server.ts';
import { findPasswordLink, findPendingApp, getOwnFactors } from './queries.server.ts';

process.env.SECRET = 'a secret of at least thirty-two characters';
const { db } = await testDatabase();
const now = new Date('2026-03-01T11:30:00Z');
const ctx = { ...systemCtx(db), now };
await installStandardRoles(ctx);
const adam = await aColleague(ctx, 'Adam', 'administrator');

const PASSWORD = 'a sentence that nobody guesses';
const PROOF = { currentPassword: PASSWORD };
const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const site = { name: 'Tandem', origin: 'https://crm.tandem.example' };

beforeEach(async () => {
	await db.delete(rateLimits);
	await db.delete(outgoingMails);
});

/** Somebody at her Firefox, who reads this language. */
async function someone(language: 'en' | 'de' = 'en') {
	const email = `${newId()}@tandem.example`;
	const added = await addUser(ctx, {
		...{ name: 'Ann Becker', email, password: PASSWORD, departmentIds: [], roleIds: [] },
		...{ language, timeZone: 'Europe/Berlin' }
	});
	if (!added.ok) throw new Error(added.error);
	const { userId } = added.value;
	const actor = await actorOfUser(db, userId);
	if (!actor) throw new Error('inactive');
	const sessionId = newId();
	await db.insert(sessions).values({
		...{ id: sessionId, token: sessionId, userId, expiresAt: new Date(Date.now() + 60_000) },
		...{ userAgent: FIREFOX, ipAddress: '203.0.113.7' }
	});
	return { userId, email, ctx: { ...ctx, actor: { ...actor, sessionId } } satisfies Ctx };
}

type Person = Awaited<ReturnType<typeof someone>>;

async function withApp({ ctx, userId, email }: Person): Promise<void> {
	expect(await beginApp(ctx, PROOF)).toMatchObject({ ok: true });
	const pending = await findPendingApp(ctx, { userId, account: email, issuer: 'Tandem' });
	const code = codeOf(pending?.secret ?? '', now);
	expect(await confirmApp(ctx, { code })).toMatchObject({ ok: true });
}

async function aKey({ ctx }: Person, name: string): Promise<string> {
	const made = await createApiKey(ctx, { name, access: 'read', days: null });
	if (!made.ok) throw new Error(made.error);
	return made.value.id;
}

async function linkOf({ userId }: Person): Promise<string> {
	const { value } = await makePasswordLink(adam, { userId });
	return value.token;
}

const mailsTo = (userId: string) =>
	db.select().from(outgoingMails).where(eq(outgoingMails.userId, userId));
const subjectsTo = async (userId: string) =>
	(await mailsTo(userId)).map(({ subject }) => subject.replace('Tandem: ', '')).sort();
const workingKeys = (userId: string) =>
	db.$count(apiKeys, and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt)));

describe('whoever changes by what he proves who he is', () => {
	test('is mailed of each change, once, with when, where and what to do if it was not he', async () => {
		const ann = await someone();
		const newPassword = 'another sentence, even longer';
		await changePassword(ann.ctx, { currentPassword: 'guess', newPassword });
		expect(await mailsTo(ann.userId)).toEqual([]);
		await changePassword(ann.ctx, { currentPassword: PASSWORD, newPassword });
		const [mail] = await mailsTo(ann.userId);
		expect(mail).toMatchObject({ recipient: ann.email, purpose: 'account', secret: null });
		expect(mail?.text).toContain(
			'On March 1, 2026 at 12:30 PM, with Firefox on Windows, from the address 203.0.113.7.'
		);
		expect(mail?.text).toContain('If not, choose another password at once');
		expect(mail?.text).toMatch(/https?:\/\/\S+\/profile\n/);
		expect(mail?.html).not.toMatch(/password&quot;|another sentence/);
	});

	test('hears in his language of apps, passkeys, codes and keys, and of nothing that was only begun', async () => {
		const ann = await someone('de');
		await withApp(ann);
		await renewRecoveryCodes(ann.ctx, PROOF);
		await noteRecoveryCode(ctx, { userId: ann.userId });
		const begun = await beginPasskey(ann.ctx, { ...PROOF, site });
		if (!begun.ok) throw new Error(begun.error);
		const response = passkeyDevice(site.origin).create(begun.value.options);
		await addPasskey(ann.ctx, { name: 'Handy', response, site });
		const { passkeys: [passkey] = [] } = await getOwnFactors(ann.ctx);
		await removeApp(ann.ctx, PROOF);
		await removePasskey(ann.ctx, { ...PROOF, passkeyId: passkey?.id ?? '' });
		await revokeApiKey(ann.ctx, { keyId: await aKey(ann, 'Lager <b>') });
		const told = [
			'Eine App mit Codes ist ab jetzt Ihr zweiter Faktor',
			'Sie haben neue Wiederherstellungscodes',
			'Jemand hat sich mit einem Ihrer Wiederherstellungscodes angemeldet',
			'Der Passkey „Handy“ wurde hinzugefügt',
			'Ihre App mit Codes wurde entfernt',
			'Der Passkey „Handy“ wurde entfernt',
			'Der API-Schlüssel „Lager <b>“ wurde angelegt',
			'Der API-Schlüssel „Lager <b>“ wurde widerrufen'
		];
		expect(await subjectsTo(ann.userId)).toEqual(told.toSorted());
		const last = (await mailsTo(ann.userId)).find(({ subject }) => subject.includes('widerrufen'));
		expect(last?.text).toContain('Am 1. März 2026 um 12:30, mit Firefox auf Windows');
		expect(last?.html).toContain('Lager &lt;b&gt;');
	});

	test('is told who did it when it was somebody else, unless he works here no more', async () => {
		const ann = await someone();
		await withApp(ann);
		const keyId = await aKey(ann, 'Reports');
		await db.delete(outgoingMails);
		await resetFactors(adam, { userId: ann.userId });
		await revokeApiKey(adam, { keyId });
		expect(await subjectsTo(ann.userId)).toEqual([
			'The API key “Reports” was revoked',
			'Your second factor was taken away'
		]);
		for (const { text } of await mailsTo(ann.userId)) expect(text).toContain(', by Adam.');
		expect(await mailsTo(adam.actor.id)).toEqual([]);
		await aKey(ann, 'Last one');
		await db.delete(outgoingMails);
		await db.update(userProfiles).set({ active: false }).where(eq(userProfiles.userId, ann.userId));
		await resetFactors(adam, { userId: ann.userId });
		expect(await mailsTo(ann.userId)).toEqual([]);
	});
});

describe('another password, chosen with a link,', () => {
	const newPassword = 'another sentence, even longer';

	test('ends the API keys as well, says so in the mail, and the link tells how many there are', async () => {
		const ann = await someone();
		await aKey(ann, 'Reports');
		const revoked = await aKey(ann, 'Old');
		await revokeApiKey(ann.ctx, { keyId: revoked });
		const other = await aKey(ann, 'Shop');
		const bob = await someone();
		await aKey(bob, 'His own');
		await db.delete(outgoingMails);
		const token = await linkOf(ann);
		expect(await findPasswordLink(ctx, token)).toEqual({ email: ann.email, keys: 2 });
		expect(await choosePassword(ctx, { token, newPassword })).toMatchObject({ ok: true });
		expect(await workingKeys(ann.userId)).toBe(0);
		expect(await workingKeys(bob.userId)).toBe(1);
		const [mail, more] = await mailsTo(ann.userId);
		expect(more).toBeUndefined();
		expect(mail?.subject).toContain('Another password was chosen for your account');
		expect(mail?.text).toContain('2 API keys were revoked with it.');
		expect(mail?.text).toMatch(/https?:\/\/\S+\/reset\n/);
		expect(mail?.text).not.toContain(token);
		const [end] = await db
			.select()
			.from(changes)
			.where(and(eq(changes.recordId, other), eq(changes.act, 'revoke')));
		expect(end?.actorId).toBe(ann.userId);
	});

	test('leaves them to who keeps them on purpose', async () => {
		const ann = await someone();
		await aKey(ann, 'Reports');
		await db.delete(outgoingMails);
		const token = await linkOf(ann);
		await choosePassword(ctx, { token, newPassword, keepKeys: true });
		expect(await workingKeys(ann.userId)).toBe(1);
		const [mail] = await mailsTo(ann.userId);
		expect(mail?.text).not.toContain('revoked');
	});
});
