import { expect, test } from 'vitest';
import { KIND_NAMES } from '#lib/shared/kinds.ts';
import { kinds } from './registry.server.ts';

test('every kind of the shared list is registered, and no other', () => {
	expect(kinds.map(({ kind }) => kind.name).sort()).toEqual([...KIND_NAMES].sort());
});

test('a kind comes after those that it refers to', () => {
	const order = kinds.map(({ kind }) => kind.name);
	for (const [at, { kind }] of kinds.entries()) {
		for (const field of Object.values(kind.fields)) {
			const target = order.findIndex((name) => 'target' in field && field.target === name);
			expect(target, `${kind.name} → ${order[target]}`).toBeLessThanOrEqual(at);
		}
	}
});

test('every field has its place in the tables, and its history the names of what it refers to', () => {
	for (const { kind, columns, sets, lists, richTexts, names } of kinds) {
		const places = { scalar: columns, set: sets, list: lists, richText: richTexts };
		for (const [name, field] of Object.entries(kind.fields)) {
			expect(Object.keys(places[field.shape]), `${kind.name}.${name}`).toContain(name);
			if ('target' in field && field.target !== undefined) {
				expect(Object.keys(names), `${kind.name}.${name}`).toContain(name);
			}
		}
	}
});
