import { eq } from 'drizzle-orm';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApiKey, deactivateUser, revokeApiKey } from '#lib/features/users/commands.server.ts';
import { listApiKeys } from '#lib/features/users/queries.server.ts';
import { createApi } from '#lib/server/api/serve.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { apiKeys, changes } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { newId } from '#lib/shared/ids.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { aDeal, anOffice, type Office } from '#tests/sync/support/office.ts';
import { deals } from '../../src/routes/api/v1/deals.ts';
import { aKey, callerWith, ORIGIN } from './support/calls.ts';

const { db } = await testDatabase();
let office: Office;
let deal: string;

beforeAll(async () => {
	office = await anOffice(db);
});
beforeEach(async () => {
	deal = await aDeal(db, office);
});

async function personOf(id: string) {
	const actor = await actorOfUser(db, id);
	if (!actor) throw new Error('nobody');
	return { ...actor, sessionId: newId() };
}

const change = (step: string) => ({
	body: { fields: { nextStep: step } },
	headers: { 'if-match': '*' }
});

describe('[API-5] who calls', () => {
	test('nobody is told how to come in', async () => {
		const told = await callerWith(db, null)('GET', `/deals/${deal}`);
		expect([told.status, told.headers.get('www-authenticate')]).toEqual([
			401,
			'Bearer realm="Tandem"'
		]);
		expect(told.body).toMatchObject({
			status: 401,
			code: 'unauthorized',
			instance: `/api/v1/deals/${deal}`
		});
	});

	test('a key that is none, made up, revoked or expired is refused at once, even beside a session', async () => {
		const { token, id } = await aKey(db, office.ann.id);
		const session = await personOf(office.ann.id);
		expect((await callerWith(db, token)('GET', `/deals/${deal}`)).status).toBe(200);
		await revokeApiKey(systemCtx(db, { actor: session }), { keyId: id });
		const old = await aKey(db, office.ann.id, { expiresAt: new Date(Date.now() - 1000) });
		const guessed = `tandem_${'A'.repeat(43)}`;
		for (const bad of [token, old.token, guessed, 'x', '', "' or true --"]) {
			const told = await callerWith(db, bad, { session })('GET', `/deals/${deal}`);
			expect([told.status, told.headers.get('www-authenticate')], bad).toEqual([
				401,
				'Bearer realm="Tandem", error="invalid_token"'
			]);
		}
		const basic = { headers: { authorization: `Basic ${btoa('ann:secret')}` } };
		expect((await callerWith(db, null, { session })('GET', '/deals', basic)).status).toBe(401);
	});

	test('the keys of somebody who is deactivated end with him and do not come back', async () => {
		const { token } = await aKey(db, office.cleo.id);
		const cleo = callerWith(db, token);
		expect((await cleo('GET', '/deals')).status).toBe(200);
		await deactivateUser(systemCtx(db), { userId: office.cleo.id });
		expect((await cleo('GET', '/deals')).status).toBe(401);
		const [row] = await db.select().from(apiKeys).where(eq(apiKeys.userId, office.cleo.id));
		expect(row?.revokedAt).not.toBeNull();
	});

	test('a key that may only read changes nothing, whatever its owner may', async () => {
		const { token } = await aKey(db, office.ann.id, { scopes: ['read'] });
		const reader = callerWith(db, token);
		expect((await reader('GET', `/deals/${deal}`)).status).toBe(200);
		const asked: readonly [string, string, object?][] = [
			['PATCH', `/deals/${deal}`, change('x').body],
			['POST', '/deals', { fields: { name: 'x' } }],
			['DELETE', `/deals/${deal}`],
			['POST', `/deals/${deal}/restore`],
			['POST', `/deals/${deal}/assign`, { owner: null }]
		];
		for (const [method, path, body] of asked) {
			const told = await reader(method, path, body ? { body } : {});
			expect([told.status, told.body.code], `${method} ${path}`).toEqual([
				403,
				'insufficient_scope'
			]);
			expect(told.headers.get('www-authenticate')).toContain('insufficient_scope');
		}
		expect((await reader('GET', '/deals?trash=true')).body.items).toEqual([]);
	});

	test('whoever is signed in may call from a page of this site, and no other page may for him', async () => {
		const session = await personOf(office.ann.id);
		const page = callerWith(db, null, { session });
		expect((await page('GET', `/deals/${deal}`)).status).toBe(200);
		for (const origin of [undefined, 'https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
			const sent = change('Smuggled');
			const headers = { ...sent.headers, ...(origin === undefined ? {} : { origin }) };
			const told = await page('PATCH', `/deals/${deal}`, { ...sent, headers });
			expect([told.status, told.body.code], origin).toEqual([403, 'foreign_origin']);
		}
		const own = change('Call');
		const headers = { ...own.headers, origin: ORIGIN };
		expect((await page('PATCH', `/deals/${deal}`, { ...own, headers })).status).toBe(200);
	});

	test('what a colleague may read and not write is forbidden to his key', async () => {
		const bob = callerWith(db, (await aKey(db, office.bob.id)).token);
		expect((await bob('GET', `/deals/${deal}`)).status).toBe(200);
		expect((await bob('PATCH', `/deals/${deal}`, change('Mine'))).status).toBe(403);
		expect((await bob('DELETE', `/deals/${deal}`)).status).toBe(403);
		expect((await bob('POST', `/deals/${deal}/assign`, { body: { owner: null } })).status).toBe(
			403
		);
	});

	test('use of a key is noted, and not with every call', async () => {
		const { token, id } = await aKey(db, office.ann.id);
		const at = new Date('2027-01-01T10:00:00Z');
		const later = (ms: number) => callerWith(db, token, { now: new Date(at.getTime() + ms) });
		const used = async () => {
			const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
			return row?.lastUsedAt?.getTime();
		};
		await later(0)('GET', '/deals');
		expect(await used()).toBe(at.getTime());
		await later(60_000)('GET', '/deals');
		expect(await used()).toBe(at.getTime());
		await later(600_000)('GET', '/deals');
		expect(await used()).toBe(at.getTime() + 600_000);
	});
});

describe('[API-6] keys', () => {
	test('are shown once, known by their hash, and in the history', async () => {
		const ctx = systemCtx(db, { actor: await personOf(office.ann.id) });
		const made = await createApiKey(ctx, { name: 'Website form', access: 'read', days: 30 });
		if (!made.ok) throw new Error(made.error);
		const { id, token } = made.value;
		const [row] = await db.select().from(apiKeys).where(eq(apiKeys.id, id));
		expect(JSON.stringify(row)).not.toContain(token);
		expect(token.startsWith(row?.prefix ?? 'none')).toBe(true);
		expect(row?.expiresAt?.getTime()).toBe(ctx.now.getTime() + 30 * 86_400_000);
		expect((await listApiKeys(ctx))[0]).toMatchObject({
			id,
			name: 'Website form',
			mayWrite: false
		});
		await revokeApiKey(ctx, { keyId: id });
		expect((await listApiKeys(ctx)).map((key) => key.id)).not.toContain(id);
		const history = await db.select().from(changes).where(eq(changes.recordId, id));
		expect(history.map(({ kind, act, actorId }) => [kind, act, actorId])).toEqual([
			['apiKey', 'create', office.ann.id],
			['apiKey', 'revoke', office.ann.id]
		]);
		expect(JSON.stringify(history)).not.toContain(token);
	});

	test('of others cannot be revoked, and a key makes no keys', async () => {
		const { id } = await aKey(db, office.ann.id);
		const bob = await personOf(office.bob.id);
		await expect(revokeApiKey(systemCtx(db, { actor: bob }), { keyId: id })).rejects.toThrow(
			NotFound
		);
		const withKey = systemCtx(db, { actor: { ...bob, sessionId: null } });
		expect(() => createApiKey(withKey, { name: 'x', access: 'write', days: null })).toThrow(
			Forbidden
		);
	});

	test('are at most twenty a person', async () => {
		const ctx = systemCtx(db, { actor: await personOf(office.bob.id) });
		const wish = { name: 'One more', access: 'write', days: null } as const;
		const made = await Promise.all(Array.from({ length: 25 }, () => createApiKey(ctx, wish)));
		const refused = made.filter(({ ok }) => !ok);
		expect((await listApiKeys(ctx)).length).toBe(20);
		expect(refused[0]).toEqual({ ok: false, error: 'too_many_keys' });
	});
});

describe('[API-7] the edges', () => {
	test('methods and addresses that are not there are answered as what they are', async () => {
		const ann = callerWith(db, (await aKey(db, office.ann.id)).token);
		for (const path of [
			'',
			'/',
			'/secrets',
			'/deals/a/b/c',
			`/deals/${deal}/ship`,
			'/deals//assign/x'
		]) {
			expect((await ann('GET', path)).status, path).toBe(404);
		}
		expect((await ann('GET', '/deals/not-an-id')).status).toBe(404);
		const put = await ann('PUT', `/deals/${deal}`, { body: {} });
		expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH, DELETE']);
		const command = await ann('GET', `/deals/${deal}/assign`);
		expect([command.status, command.headers.get('allow')]).toEqual([405, 'POST']);
	});

	test('a body that is no JSON is refused before anything is done with it', async () => {
		const ann = callerWith(db, (await aKey(db, office.ann.id)).token);
		const broken = await ann('PATCH', `/deals/${deal}`, { body: '{"fields":' });
		expect([broken.status, broken.body.code]).toEqual([400, 'malformed']);
		const form = {
			body: 'fields=x',
			headers: { 'content-type': 'application/x-www-form-urlencoded' }
		};
		expect((await ann('PATCH', `/deals/${deal}`, form)).status).toBe(415);
		const merge = {
			...change('Merged'),
			headers: { 'if-match': '*', 'content-type': 'application/merge-patch+json; charset=utf-8' }
		};
		expect((await ann('PATCH', `/deals/${deal}`, merge)).status).toBe(200);
		const nul = await ann('PATCH', `/deals/${deal}`, change('a\0b'));
		expect(nul.body.errors).toMatchObject([{ field: 'nextStep', code: 'has_nul' }]);
		const deep = `{"fields":{"notes":${'['.repeat(5000)}${']'.repeat(5000)}}}`;
		expect(
			(await ann('PATCH', `/deals/${deal}`, { body: deep, headers: { 'if-match': '*' } })).status
		).toBe(422);
	});

	test('too many calls of one key are refused with the wait, and nobody else notices', async () => {
		const small = createApi([deals], { calls: 3, windowMs: 60_000 });
		const now = new Date();
		const [one, other] = await Promise.all(
			[await aKey(db, office.ann.id), await aKey(db, office.ann.id)].map(({ token }) =>
				callerWith(db, token, { now }, small)
			)
		);
		const calls = await Promise.all(Array.from({ length: 5 }, () => one?.('GET', '/deals')));
		expect(calls.map((told) => told?.status).sort()).toEqual([200, 200, 200, 429, 429]);
		const refused = calls.find((told) => told?.status === 429);
		expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
		expect((await other?.('GET', '/deals'))?.status).toBe(200);
	});
});
