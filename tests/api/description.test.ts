import { describe, expect, test } from 'vitest';
import { api } from '../../src/routes/api/v1/api.ts';
import { readable, readableValues } from '../../src/routes/(app)/api/reading.ts';
import { isRecords, pathOf } from '#lib/server/api/resource.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import { testDatabase } from '#tests/support/database.ts';
import { callerWith, ORIGIN } from './support/calls.ts';

const { db } = await testDatabase();
const description = api.description(ORIGIN);

describe('[API-9] the description', () => {
	test('is open to everybody, and is OpenAPI 3.1 of exactly what is answered', async () => {
		const told = await callerWith(db, null)('GET', '/openapi.json');
		expect(told.status).toBe(200);
		expect(told.body).toEqual(JSON.parse(JSON.stringify(description)));
		expect(told.body.openapi).toBe('3.1.0');
		const described = Object.entries(description.paths).flatMap(([path, methods]) =>
			Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
		);
		const answered = api.operations.map(({ method, path }) => `${method} ${path}`);
		expect(described.sort()).toEqual(answered.sort());
	});

	test('covers every kind of record that there is, and the rows beside deals', () => {
		const offered = [...new Set(api.operations.map(({ resource }) => resource))];
		const kinds = offered.filter(isRecords).map(({ serverKind }) => serverKind.kind.name);
		expect(kinds.toSorted()).toEqual(KIND_NAMES.toSorted());
		const rows = offered.filter((one) => !isRecords(one)).map(pathOf);
		expect(rows).toEqual(['line-items', 'shipments', 'payments']);
	});

	test('leads nowhere where nothing is, and names every operation apart', () => {
		const text = JSON.stringify(description);
		const targets = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, target = '']) => target);
		expect(targets.length).toBeGreaterThan(50);
		for (const target of new Set(targets)) {
			const found = target
				.split('/')
				.reduce<unknown>((node, step) => (node as Record<string, unknown>)?.[step], description);
			expect(found, target).toBeDefined();
		}
		const ids = Object.values(description.paths).flatMap((methods) =>
			Object.values(methods).map(({ operationId }) => operationId)
		);
		expect(new Set(ids).size).toBe(ids.length);
	});

	test('says of every field of a kind what it may hold', () => {
		const fieldsOf = (name: string, part: string) => {
			const schema = description.components.schemas?.[name] as unknown as {
				properties: Record<string, { properties: object }>;
			};
			return Object.keys(schema.properties[part]?.properties ?? {});
		};
		for (const { resource } of api.operations) {
			if (!isRecords(resource)) continue;
			const { name, fields } = resource.serverKind.kind;
			const title = name.charAt(0).toUpperCase() + name.slice(1);
			expect(fieldsOf(title, 'fields')).toEqual(Object.keys(fields));
			const given = Object.keys(fields).filter((field) => !resource.decided?.includes(field));
			expect(fieldsOf(`New${title}`, 'fields')).toEqual(given);
			const live = Object.keys(fields).filter((field) => fields[field]?.live);
			expect(fieldsOf(`${title}Change`, 'fields')).toEqual(live);
		}
	});

	test('is what the page for people shows', () => {
		const [deals] = readable(description);
		expect(deals?.operations.map(({ method, path }) => `${method} ${path}`)).toContain(
			'POST /api/v1/deals/{id}/assign'
		);
		const types = Object.fromEntries(deals?.fields.map(({ name, type }) => [name, type]) ?? []);
		expect(types).toMatchObject({
			name: 'string ≤ 250',
			nextStepOn: 'date | null',
			amount: 'Money | null',
			tags: 'uuid → tag[]',
			owner: 'uuid → user | null',
			notes: 'RichText | string | null'
		});
		const assign = deals?.operations.find(({ path }) => path.endsWith('/assign'));
		expect(assign?.body).toBe('{ owner?: uuid | null, department?: uuid }');
		const change = deals?.operations.find(({ method }) => method === 'PATCH');
		expect(change?.body).toBe('{ fields, base? }');
		expect(readableValues(description)).toContainEqual({
			name: 'Money',
			type: '{ minor: string, currency: string }'
		});
		const required = deals?.fields.filter((field) => field.isRequired).map(({ name }) => name);
		expect(required).toEqual(['name']);
		const payments = readable(description).find(({ name }) => name === 'payments');
		expect(payments?.fields.find(({ name }) => name === 'amount')).toEqual({
			...{ name: 'amount', type: 'Money', isRequired: true, isPatched: true }
		});
		expect(payments?.fields.find(({ name }) => name === 'deal')).toMatchObject({
			...{ type: 'uuid → deal', isPatched: false }
		});
	});
});
