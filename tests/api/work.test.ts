import { beforeAll, describe, expect, test } from 'vitest';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import { anOffice } from '#tests/support/tasks.ts';
import { callerWith, ORIGIN, type Call } from './support/calls.ts';

const { db } = await testDatabase();
let erik: Call;
let tina: Call;
let otto: Call;
let people: { readonly erik: string; readonly tina: string };

beforeAll(async () => {
	const office = await anOffice(systemCtx(db));
	const hired = [await office.hire('Erik'), await office.hire('Tina', 'department_head')] as const;
	const stranger = await office.hire('Otto');
	people = { erik: hired[0].actor.id, tina: hired[1].actor.id };
	const calls = [...hired, stranger].map(({ actor: session }): Call => {
		const call = callerWith(db, null, { session });
		return (method, path, sent = {}) =>
			call(method, path, { ...sent, headers: { origin: ORIGIN, ...sent.headers } });
	});
	[erik, tina, otto] = calls as [Call, Call, Call];
});

const whatever = { headers: { 'if-match': '*' } };

describe.each(['tasks', 'projects'])('[API-1] %s', (path) => {
	test('are created by whoever will own them, changed by those who have a part, unknown to others', async () => {
		const made = await erik('POST', `/${path}`, {
			body: { fields: { name: 'Count the crates', notes: 'All of them', priority: 'high' } }
		});
		expect(made.status, JSON.stringify(made.body)).toBe(201);
		const { id, fields } = made.body;
		expect(fields).toMatchObject({
			priority: 'high',
			owner: people.erik,
			coOwner: people.tina,
			responsible: [people.erik]
		});
		expect((await otto('GET', `/${path}/${id}`)).status).toBe(404);
		expect((await otto('DELETE', `/${path}/${id}`)).status).toBe(404);
		const changed = await tina('PATCH', `/${path}/${id}`, {
			body: { fields: { priority: 'low' }, base: { priority: 'high' } }
		});
		expect([changed.status, changed.body.fields?.priority]).toEqual([200, 'low']);
		const wrong = await erik('PATCH', `/${path}/${id}`, {
			body: { fields: { priority: 'huge' } },
			...whatever
		});
		expect(wrong.body.errors).toMatchObject([{ field: 'priority', code: 'not_a_choice' }]);
		const watched = await tina('POST', `/${path}/${id}/assign`, {
			body: { subscribers: [people.tina] }
		});
		expect(watched.body.fields.subscribers).toEqual([people.tina]);
		const nobody = await tina('POST', `/${path}/${id}/assign`, { body: { responsible: [] } });
		expect(nobody.body.errors).toMatchObject([{ field: 'responsible', code: 'required' }]);
		const list = await erik('GET', `/${path}?responsible=me`);
		expect(list.body.items.map((item: { id: string }) => item.id)).toContain(id);
		expect((await otto('GET', `/${path}`)).body.items).toEqual([]);
	});

	test('have the owner who creates them, whatever is asked', async () => {
		const told = await erik('POST', `/${path}`, {
			body: { fields: { name: 'Mine', owner: people.tina } }
		});
		expect(told.body.errors).toMatchObject([{ field: 'owner', code: 'not_writable' }]);
	});
});

test('[API-3] a task with subtasks is not thrown away, and says why', async () => {
	const main = await erik('POST', '/tasks', { body: { fields: { name: 'Main' } } });
	const part = await erik('POST', '/tasks', {
		body: { fields: { name: 'Part', parent: main.body.id } }
	});
	expect(part.body.fields.parent).toBe(main.body.id);
	const key = { headers: { 'idempotency-key': 'throw-it-away' } };
	const told = await erik('DELETE', `/tasks/${main.body.id}`, key);
	expect(told.status).toBe(422);
	expect(told.body).toMatchObject({ code: 'refused', errors: [{ code: 'has_subtasks' }] });
	expect((await erik('GET', `/tasks/${main.body.id}`)).body.rev).toBe(1);
	expect((await erik('DELETE', `/tasks/${part.body.id}`)).status).toBe(204);
	expect((await erik('DELETE', `/tasks/${main.body.id}`, key)).status).toBe(204);
	const early = await erik('POST', `/tasks/${part.body.id}/restore`);
	expect(early.body).toMatchObject({ errors: [{ code: 'main_in_trash' }] });
});
