import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changes, deals, idempotencyKeys } from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { testDatabase } from '#tests/support/database.ts';
import { aDeal, anOffice, type Office } from '#tests/sync/support/office.ts';
import { killHard, start, stopAll } from '#tests/sync/support/processes.ts';
import { until } from '#tests/sync/support/tab.ts';
import { aKey, callerWith, type Call } from './support/calls.ts';

const { db, url } = await testDatabase();
let office: Office;
let ann: Call;
let token: string;

beforeAll(async () => {
	office = await anOffice(db);
	token = (await aKey(db, office.ann.id)).token;
	ann = callerWith(db, token);
});
afterAll(stopAll);

const under = (key: string, body?: object, rest: object = {}) => ({
	...(body ? { body } : {}),
	headers: { 'idempotency-key': key, ...rest }
});
const aDealNamed = (name: string) => ({ fields: { name } });

describe('[API-8] under an Idempotency-Key', () => {
	test('the same request has one effect and one answer, quoted or bare', async () => {
		const key = newId();
		const name = `Once ${key}`;
		const first = await ann('POST', '/deals', under(key, aDealNamed(name)));
		const again = await ann('POST', '/deals', under(`"${key}"`, aDealNamed(name)));
		expect(first.status).toBe(201);
		expect([again.status, again.body]).toEqual([201, first.body]);
		expect(again.headers.get('location')).toBe(first.headers.get('location'));
		expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
		expect(await db.$count(deals, eq(deals.name, name))).toBe(1);
	});

	test('another request is refused, and so is the same one at another place', async () => {
		const [key, deal] = [newId(), await aDeal(db, office)];
		const sent = (step: string) => under(key, { fields: { nextStep: step } }, { 'if-match': '*' });
		expect((await ann('PATCH', `/deals/${deal}`, sent('Call'))).status).toBe(200);
		for (const [path, step] of [
			[`/deals/${deal}`, 'Write'],
			[`/deals/${await aDeal(db, office)}`, 'Call']
		] as const) {
			const told = await ann('PATCH', path, sent(step));
			expect([told.status, told.body.code]).toEqual([422, 'key_reused']);
		}
		const bob = callerWith(db, (await aKey(db, office.bob.id)).token);
		expect((await bob('POST', '/deals', under(key, aDealNamed("Bob's own")))).status).toBe(201);
	});

	test('a change answers as it did when others have changed the record since', async () => {
		const [key, deal] = [newId(), await aDeal(db, office)];
		const sent = under(key, { fields: { nextStep: 'Call' } }, { 'if-match': '"1"' });
		const first = await ann('PATCH', `/deals/${deal}`, sent);
		await ann('PATCH', `/deals/${deal}`, {
			body: { fields: { nextStep: 'Write' } },
			headers: { 'if-match': '*' }
		});
		const again = await ann('PATCH', `/deals/${deal}`, sent);
		expect([again.status, again.body]).toEqual([200, first.body]);
		expect((await ann('GET', `/deals/${deal}`)).body.fields.nextStep).toBe('Write');
	});

	test('what was refused had no effect, keeps no key, and may be tried again', async () => {
		const [key, deal] = [newId(), await aDeal(db, office)];
		const bad = await ann('POST', '/deals', under(key, aDealNamed('')));
		expect(bad.status).toBe(422);
		expect((await ann('POST', '/deals', under(key, aDealNamed('Now good')))).status).toBe(201);
		const gone = newId();
		const sent = under(gone, undefined, { 'if-match': '"9"' });
		expect((await ann('DELETE', `/deals/${deal}`, sent)).status).toBe(412);
		expect(await db.$count(idempotencyKeys, eq(idempotencyKeys.key, `api:${gone}`))).toBe(0);
		expect((await ann('DELETE', `/deals/${deal}`, under(gone))).status).toBe(204);
		expect((await ann('DELETE', `/deals/${deal}`, under(gone))).status).toBe(204);
	});

	test('ten at once have one effect and the same answer', async () => {
		const key = newId();
		const name = `Many ${key}`;
		const told = await Promise.all(
			Array.from({ length: 10 }, () => ann('POST', '/deals', under(key, aDealNamed(name))))
		);
		expect(new Set(told.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
		expect(await db.$count(deals, eq(deals.name, name))).toBe(1);
	});

	test('a key that is none is refused', async () => {
		for (const key of ['""', 'a b', 'x'.repeat(256)]) {
			expect((await ann('POST', '/deals', under(key, aDealNamed('x')))).status, key).toBe(400);
		}
	});
});

describe('[API-8] when the process is killed in the middle', () => {
	test(
		'every request that is sent again has had one effect in all',
		{ timeout: 60_000 },
		async () => {
			const deal = await aDeal(db, office);
			const sent: string[] = [];
			for (let round = 0; round < 4; round++) {
				const process = start('../../api/support/caller-process.ts', [url, token, deal]);
				process.on('message', (key) => sent.push(String(key)));
				const before = sent.length;
				await until(
					() => sent.length,
					(count) => count > before + 4 + round,
					30_000
				);
				await killHard(process);
			}
			const told = await Promise.all(
				sent.map((key) =>
					ann(
						'PATCH',
						`/deals/${deal}`,
						under(key, { fields: { nextStep: key } }, { 'if-match': '*' })
					)
				)
			);
			expect(told.map(({ status }) => status)).toEqual(sent.map(() => 200));
			const steps = await db
				.select({ step: changes.new })
				.from(changes)
				.where(
					and(eq(changes.recordId, deal), eq(changes.field, 'nextStep'), inArray(changes.new, sent))
				);
			expect(steps.map(({ step }) => step).sort()).toEqual(sent.toSorted());
		}
	);
});
