import { and, asc, eq, isNull } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/postgres-js';
import { beforeAll, describe, expect, test } from 'vitest';
import * as tables from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { testDatabase } from '#tests/support/database.ts';
import { anOffice, type Office } from '#tests/sync/support/office.ts';
import { aKey, callerWith, ORIGIN, type Call } from './support/calls.ts';

const { db, sql } = await testDatabase();
let office: Office;
let ann: Call;
let bob: Call;
let tina: Call;
let tag: string;
let other: string;

beforeAll(async () => {
	office = await anOffice(db);
	ann = callerWith(db, (await aKey(db, office.ann.id)).token);
	bob = callerWith(db, (await aKey(db, office.bob.id)).token);
	tina = callerWith(db, (await aKey(db, office.tina.id)).token);
	[tag, other] = [newId(), newId()];
	await db.insert(tables.tags).values([
		{ id: tag, departmentId: office.hamburg, name: 'Urgent' },
		{ id: other, departmentId: office.hamburg, name: 'Later' }
	]);
});

const KINDS = {
	deals: { first: { name: 'Harbour crane' }, text: 'nextStep' },
	companies: { first: { name: 'Nordlicht' }, text: 'address' },
	contacts: { first: { firstName: 'Jo', lastName: 'Petersen' }, text: 'title' }
} as const;
type Path = keyof typeof KINDS;
const PATHS = Object.keys(KINDS) as Path[];

async function made(path: Path, fields: object = {}, call = ann) {
	const told = await call('POST', `/${path}`, {
		body: { fields: { ...KINDS[path].first, ...fields } }
	});
	expect(told.status, JSON.stringify(told.body)).toBe(201);
	return told.body as { id: string; rev: number; number: number; fields: Record<string, unknown> };
}

const ifMatch = (etag: string | number) => ({
	headers: { 'if-match': typeof etag === 'number' ? `"${etag}"` : etag }
});

describe.each(PATHS)('[API-1] %s', (path) => {
	const { first, text } = KINDS[path];

	test('are created with all their fields, found, changed, thrown away and taken back', async () => {
		const told = await ann('POST', `/${path}`, {
			body: { fields: { ...first, [text]: 'Call', tags: [tag], notes: 'Two\n\nlines' } }
		});
		expect(told.status).toBe(201);
		const { id, number, fields } = told.body;
		expect(told.headers.get('location')).toBe(`${ORIGIN}/api/v1/${path}/${id}`);
		expect(told.headers.get('etag')).toBe('"1"');
		expect(number).toBeGreaterThan(0);
		expect(fields).toMatchObject({
			...first,
			[text]: 'Call',
			tags: [tag],
			department: office.hamburg
		});
		expect(fields.notes.content).toEqual([
			{ type: 'paragraph', content: [{ type: 'text', text: 'Two' }] },
			{ type: 'paragraph' },
			{ type: 'paragraph', content: [{ type: 'text', text: 'lines' }] }
		]);
		const got = await ann('GET', `/${path}/${id}`);
		expect(got.body).toEqual(told.body);
		const known = await ann('GET', `/${path}/${id}`, { headers: { 'if-none-match': 'W/"1"' } });
		expect([known.status, known.body]).toEqual([304, null]);
		const head = await ann('HEAD', `/${path}/${id}`);
		expect([head.status, head.body, head.headers.get('etag')]).toEqual([200, null, '"1"']);

		const changed = await ann('PATCH', `/${path}/${id}`, {
			body: { fields: { [text]: 'Write' }, base: { [text]: 'Call' } }
		});
		expect(changed.status).toBe(200);
		expect(changed.body).toMatchObject({ rev: 2, fields: { [text]: 'Write' } });
		expect(changed.headers.get('etag')).toBe('"2"');

		expect((await ann('DELETE', `/${path}/${id}`, ifMatch(1))).status).toBe(412);
		expect((await ann('DELETE', `/${path}/${id}`, ifMatch(2))).status).toBe(204);
		expect((await ann('GET', `/${path}/${id}`)).status).toBe(404);
		expect((await ann('DELETE', `/${path}/${id}`)).status).toBe(404);
		const trash = await ann('GET', `/${path}?trash=true`);
		expect(trash.body.items.map((item: { id: string }) => item.id)).toContain(id);
		const back = await ann('POST', `/${path}/${id}/restore`);
		expect([back.status, back.body.id]).toEqual([200, id]);
		const history = await db
			.select({ act: tables.changes.act, source: tables.changes.source })
			.from(tables.changes)
			.where(eq(tables.changes.recordId, id))
			.orderBy(asc(tables.changes.rev));
		expect(new Set(history.map(({ source }) => source))).toEqual(new Set(['api']));
		expect(history.map(({ act }) => act)).toEqual(['create', 'edit', 'trash', 'restore']);
	});

	test('of another department do not exist, whatever is asked of them', async () => {
		const { id } = await made(path);
		const unknown = newId();
		const asked: readonly [string, string, object?][] = [
			['GET', ''],
			['DELETE', ''],
			['PATCH', '', { fields: { [text]: 'x' }, base: { [text]: null } }],
			['PATCH', '', { fields: { [text]: 'x' } }],
			['PATCH', '', { fields: { colour: 'red' } }],
			['POST', '/restore'],
			['POST', '/assign', { department: office.hamburg, owner: null }]
		];
		for (const [method, rest, body] of asked) {
			for (const headers of method === 'GET' ? [{}] : [{}, { 'if-match': '"77"' }]) {
				const sent = { headers, ...(body ? { body } : {}) };
				const [foreign, none] = [
					await tina(method, `/${path}/${id}${rest}`, sent),
					await tina(method, `/${path}/${unknown}${rest}`, sent)
				];
				expect(foreign.status, `${method} ${rest}`).toBe(404);
				const { instance: _one, ...answer } = foreign.body;
				const { instance: _other, ...same } = none.body;
				expect(answer).toEqual(same);
			}
		}
		expect((await ann('GET', `/${path}/${id}`)).body.rev).toBe(1);
	});

	test('are replaced only by whoever says what he saw', async () => {
		const { id } = await made(path, { [text]: 'Call' });
		const blind = await ann('PATCH', `/${path}/${id}`, { body: { fields: { [text]: 'Write' } } });
		expect(blind.status).toBe(428);
		expect(blind.body.errors).toMatchObject([{ field: text, code: 'base_required' }]);

		const stale = await ann('PATCH', `/${path}/${id}`, {
			body: { fields: { [text]: 'Write' }, base: { [text]: 'Something else' } }
		});
		expect(stale.status).toBe(409);
		expect(stale.body.errors).toMatchObject([{ field: text, code: 'stale', current: 'Call' }]);

		const changed = await ann('PATCH', `/${path}/${id}`, {
			body: { fields: { [text]: 'Write' } },
			...ifMatch(1)
		});
		expect(changed.body).toMatchObject({ rev: 2, fields: { [text]: 'Write' } });
		const late = await ann('PATCH', `/${path}/${id}`, {
			body: { fields: { [text]: 'Sleep' } },
			...ifMatch(1)
		});
		expect([late.status, late.headers.get('etag')]).toEqual([412, '"2"']);
		const weak = { body: { fields: { [text]: 'Sleep' } }, ...ifMatch('W/"2"') };
		expect((await ann('PATCH', `/${path}/${id}`, weak)).status).toBe(412);
		const whatever = { body: { fields: { [text]: 'Sleep' } }, ...ifMatch('*') };
		expect((await ann('PATCH', `/${path}/${id}`, whatever)).body.fields[text]).toBe('Sleep');
		const empty = { body: { fields: { [text]: null } }, ...ifMatch('"7", "3"') };
		const emptied = await ann('PATCH', `/${path}/${id}`, empty);
		// A deal always has a next step; the others may be emptied.
		if (path === 'deals') {
			expect(emptied.status).toBe(422);
			expect(emptied.body.errors).toMatchObject([{ field: text, code: 'required' }]);
		} else expect(emptied.body.fields[text]).toBeNull();
	});

	test('are changed whole or not at all, and every wrong field is named', async () => {
		const { id } = await made(path);
		const told = await ann('PATCH', `/${path}/${id}`, {
			body: {
				fields: {
					[text]: 'Fine',
					tags: { add: [newId(), 'x'] },
					notes: { type: 'doc', content: [{ type: 'script' }] },
					owner: office.bob.id,
					colour: 'red',
					constructor: 'x'
				}
			},
			...ifMatch('*')
		});
		expect(told.status).toBe(422);
		const codes = told.body.errors.map(
			({ field, code }: Record<string, string>) => `${field} ${code}`
		);
		expect(codes.sort()).toEqual([
			'colour unknown_field',
			'constructor unknown_field',
			'owner not_writable'
		]);
		const engine = await ann('PATCH', `/${path}/${id}`, {
			body: {
				fields: {
					[text]: 'Fine',
					tags: { add: [newId()] },
					notes: { type: 'doc', content: [{ type: 'script' }] }
				}
			},
			...ifMatch('*')
		});
		expect(engine.status).toBe(422);
		expect(engine.body.errors).toMatchObject([
			{ field: 'tags', code: 'not_found' },
			{ field: 'notes', code: 'not_rich_text' }
		]);
		for (const { detail } of engine.body.errors) expect(detail).toMatch(/\.$/);
		expect((await ann('GET', `/${path}/${id}`)).body.rev).toBe(1);
	});

	test('have sets to which one adds without having seen them', async () => {
		const { id } = await made(path);
		const patch = (fields: object) => ann('PATCH', `/${path}/${id}`, { body: { fields } });
		await Promise.all([patch({ tags: { add: [tag] } }), patch({ tags: { add: [other] } })]);
		expect((await ann('GET', `/${path}/${id}`)).body.fields.tags).toEqual([tag, other].sort());
		expect((await patch({ tags: { remove: [tag] } })).body.fields.tags).toEqual([other]);
		expect((await patch({ tags: [] })).status).toBe(428);
		const whole = { body: { fields: { tags: [tag] }, base: { tags: [other] } } };
		expect((await ann('PATCH', `/${path}/${id}`, whole)).body.fields.tags).toEqual([tag]);
		expect((await patch({ tags: { put: [tag] } })).status).toBe(422);
	});

	test('have notes to which one adds without having seen them', async () => {
		const { id } = await made(path, { notes: 'First' });
		const patch = (notes: unknown) =>
			ann('PATCH', `/${path}/${id}`, { body: { fields: { notes } } });
		const told = await Promise.all([patch({ append: 'From one' }), patch({ append: 'From two' })]);
		expect(told.map(({ status }) => status)).toEqual([200, 200]);
		const { notes } = (await ann('GET', `/${path}/${id}`)).body.fields;
		const texts = notes.content.map(
			(block: { content: { text: string }[] }) => block.content[0]?.text
		);
		expect(texts[0]).toBe('First');
		expect(texts.toSorted()).toEqual(['First', 'From one', 'From two']);
		expect((await patch('Instead')).status).toBe(428);
		const bad = await patch({ append: { type: 'doc', content: [{ type: 'script' }] } });
		expect(bad.body.errors).toMatchObject([{ field: 'notes', code: 'not_rich_text' }]);
	});

	test('are refused with the field when what they refer to is no id', async () => {
		const { fields } = await made(path);
		const references = ['department', 'owner', 'company', 'contact', 'pipeline', 'stage', 'type'];
		for (const field of references.filter((one) => one in fields)) {
			for (const value of ['x', 'a\0b', "' or true --", 7, {}, []]) {
				const told = await ann('POST', `/${path}`, {
					body: { fields: { ...first, [field]: value } }
				});
				expect([told.status, told.body.errors[0].field], `${field} ${value}`).toEqual([422, field]);
			}
		}
	});

	test("take an id of the caller's own once", async () => {
		const id = newId();
		const body = { id, fields: first };
		const told = await ann('POST', `/${path}`, { body });
		expect([told.status, told.body.id]).toEqual([201, id]);
		const mine = { body: { id, fields: { ...first, [text]: 'Mine' } } };
		const taken = await bob('POST', `/${path}`, mine);
		expect(taken.status).toBe(422);
		expect(taken.body.errors).toMatchObject([{ field: 'id', code: 'not_a_reference' }]);
		const again = await ann('POST', `/${path}`, mine);
		expect(again.body.errors).toMatchObject([{ field: 'id', code: 'not_a_reference' }]);
		expect((await tina('POST', `/${path}`, mine)).status).toBe(422);
		expect((await ann('POST', `/${path}`, { body: { id: 'x', fields: first } })).status).toBe(422);
	});

	test('are named with everything that is wrong when they cannot be created', async () => {
		const told = await ann('POST', `/${path}`, {
			body: { fields: { [text]: 'x'.repeat(2000), tags: [newId()], colour: 'red' } }
		});
		expect(told.status).toBe(422);
		const codes = told.body.errors.map(
			({ field, code }: Record<string, string>) => `${field} ${code}`
		);
		const required = Object.keys(first)[0];
		expect(codes.sort()).toEqual(
			[`${required} required`, `${text} too_long`, 'colour unknown_field', 'tags not_found'].sort()
		);
		expect((await ann('POST', `/${path}`, { body: { fields: first, colour: 1 } })).status).toBe(
			422
		);
		expect((await ann('POST', `/${path}`, { body: [] })).status).toBe(422);
		expect((await ann('POST', `/${path}`)).status).toBe(422);
	});
});

describe('[API-2] lists of entries', () => {
	const entry = (address: string) => ({ address, label: 'work', position: 0 });

	test('are added to without having been seen, and nothing in them is replaced unseen', async () => {
		const { id } = await made('contacts');
		const patch = (fields: object, base?: object) =>
			ann('PATCH', `/contacts/${id}`, { body: { fields, ...(base ? { base } : {}) } });
		const put = (address: string) => ({ emails: { put: { a: entry(address) } } });
		expect((await patch(put('jo@nordlicht.example'))).status).toBe(200);
		const more = { emails: { put: { b: entry('office@nordlicht.example') } } };
		expect((await patch(more)).body.fields.emails).toMatchObject({ a: {}, b: {} });

		const unseen = await patch(put('jo.petersen@nordlicht.example'));
		expect(unseen.status).toBe(409);
		expect(unseen.body.errors[0].current.a.address).toBe('jo@nordlicht.example');
		const seen = { emails: { a: entry('jo@nordlicht.example') } };
		expect((await patch(put('jo.petersen@nordlicht.example'), seen)).status).toBe(200);
		const late = await patch({ emails: { remove: ['a'] } }, seen);
		expect([late.status, Object.keys(late.body.errors[0].current)]).toEqual([409, ['a', 'b']]);
		expect((await patch({ emails: { remove: ['a'] } })).body.fields.emails).not.toHaveProperty('a');
		const wrong = await patch({ emails: { put: { c: entry('nobody') } } });
		expect(wrong.body.errors).toMatchObject([{ field: 'emails', code: 'not_an_email' }]);
	});
});

describe('[API-3] commands', () => {
	test('hand a deal over, tie it, and move its card', async () => {
		const company = await made('companies');
		const contact = await made('contacts', { company: company.id });
		expect(contact.fields.company).toBe(company.id);
		const { id } = await made('deals');
		const linked = await ann('POST', `/deals/${id}/link`, { body: { contact: contact.id } });
		expect(linked.body.fields).toMatchObject({ company: company.id, contact: contact.id });
		const moved = await ann('POST', `/deals/${id}/move`, {
			body: { stage: office.stage },
			...ifMatch(linked.body.rev)
		});
		expect(moved.status).toBe(200);
		const [same] = await db
			.select()
			.from(tables.pipelines)
			.where(eq(tables.pipelines.id, office.pipeline));
		const piped = await ann('POST', `/deals/${id}/pipeline`, {
			body: { pipeline: same?.id.toUpperCase() }
		});
		expect(piped.status).toBe(200);
		const given = await ann('POST', `/deals/${id}/assign`, { body: { owner: office.bob.id } });
		expect(given.body.fields.owner).toBe(office.bob.id);
		expect(
			(await ann('POST', `/deals/${id}/assign`, { body: { owner: office.ann.id } })).status
		).toBe(403);
		expect(
			(await bob('POST', `/deals/${id}/assign`, { body: { owner: office.ann.id }, ...ifMatch(1) }))
				.status
		).toBe(412);
	});

	test('say why they are refused', async () => {
		const { id } = await made('deals');
		const told = await ann('POST', `/deals/${id}/assign`, { body: { owner: office.tina.id } });
		expect(told.status).toBe(422);
		expect(told.body).toMatchObject({
			code: 'refused',
			errors: [
				{ field: 'owner', code: 'owner_not_member', detail: expect.stringMatching(/member/) }
			]
		});
		const shape = await ann('POST', `/deals/${id}/assign`, { body: { ownerId: office.bob.id } });
		expect(shape.body.errors).toMatchObject([{ field: 'ownerId', code: 'unrecognized_keys' }]);
		const ids = await ann('POST', `/deals/${id}/assign`, { body: { owner: 'bob' } });
		expect(ids.body.errors).toMatchObject([{ field: 'owner' }]);
	});

	test('move a contact with his company locked first, under a condition too', async () => {
		const company = await made('companies');
		const { id } = await made('contacts');
		const moved = await ann('POST', `/contacts/${id}/move`, {
			body: { company: company.id },
			...ifMatch(1)
		});
		expect(moved.body.fields.company).toBe(company.id);
		const assigned = await ann('POST', `/contacts/${id}/assign`, {
			body: { department: office.hamburg }
		});
		expect(assigned.body.errors).toMatchObject([{ code: 'follows_company' }]);
		const away = await ann('POST', `/contacts/${id}/move`, { body: { company: null } });
		expect(away.body.fields.company).toBeNull();
	});
});

describe('[API-4] a list', () => {
	test('gives every record once, page by page, forwards and back, and never counts or skips', async () => {
		const statements: string[] = [];
		const logger = { logQuery: (query: string) => void statements.push(query) };
		const watched = drizzle(sql, { schema: tables, casing: 'snake_case', logger });
		const { token } = await aKey(db, office.ann.id);
		const watching = callerWith(watched, token);
		for (let n = 0; n < 12; n++) await made('companies', { name: `Listed ${n % 5}` });
		statements.length = 0;
		const all: string[] = [];
		let address = '/companies?q=Listed&sort=-name&limit=5';
		const pages: string[] = [];
		for (;;) {
			const told = await watching('GET', address);
			pages.push(address);
			all.push(...told.body.items.map((item: { id: string }) => item.id));
			expect(told.body.items.length).toBeLessThanOrEqual(5);
			for (const { fields } of told.body.items) expect(fields).not.toHaveProperty('notes');
			const next = /<([^>]+)>; rel="next"/.exec(told.headers.get('link') ?? '')?.[1];
			expect(next !== undefined).toBe(told.body.next !== null);
			if (!next) break;
			address = next.replace(`${ORIGIN}/api/v1`, '');
		}
		expect(pages.length).toBe(3);
		expect(new Set(all).size).toBe(12);
		const names = await Promise.all(
			all.map(async (id) => (await ann('GET', `/companies/${id}`)).body.fields.name)
		);
		expect(names).toEqual(names.toSorted().toReversed());
		const last = await watching('GET', address);
		const back = /<([^>]+)>; rel="prev"/.exec(last.headers.get('link') ?? '')?.[1] ?? '';
		const before = await watching('GET', back.replace(`${ORIGIN}/api/v1`, ''));
		expect(before.body.items.map((item: { id: string }) => item.id)).toEqual(all.slice(5, 10));
		expect(statements.filter((query) => /\boffset\b/i.test(query))).toEqual([]);
		// Searching counts up to a bound; nothing counts all that is there.
		expect(
			statements.filter((query) => /count\(/i.test(query) && !/\blimit\b/i.test(query))
		).toEqual([]);
	});

	test('takes the filters of the list page and refuses what it does not know', async () => {
		const mine = await made('deals', { important: true });
		const found = await ann('GET', '/deals?owner=me&important=1&department=all');
		expect(found.body.items.map((item: { id: string }) => item.id)).toContain(mine.id);
		expect((await ann('GET', '/deals?owner=nobody')).body.items).toEqual([]);
		const told = await ann('GET', '/deals?colour=red&limit=201&sort=size&after=x&trash=1');
		expect(told.status).toBe(400);
		expect(told.body.errors.map(({ field }: { field: string }) => field).sort()).toEqual([
			...['after', 'colour', 'limit', 'sort', 'trash']
		]);
		expect((await ann('GET', '/deals?limit=0')).status).toBe(400);
		expect((await ann('GET', '/deals?limit=200')).status).toBe(200);
	});

	test('holds nothing of another department', async () => {
		await made('companies', { name: 'Secret Werke' });
		for (const path of PATHS) {
			const told = await tina('GET', `/${path}?limit=200&department=all`);
			expect(told.body.items).toEqual([]);
		}
		const visible = await db.$count(tables.companies, and(isNull(tables.companies.deletedAt)));
		expect(visible).toBeGreaterThan(10);
	});
});
