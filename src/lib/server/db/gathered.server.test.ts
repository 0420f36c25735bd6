import { desc, eq, getTableColumns, gt, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { seedDemo } from '#lib/features/demo/commands.server.ts';
import { installStandardRoles } from '#lib/features/users/commands.server.ts';
import { systemCtx, testDatabase } from '#tests/support/database.ts';
import type { Db } from '../context.ts';
import { gathered } from './gathered.ts';
import * as tables from './tables/index.ts';

const database = await testDatabase();
const { db } = database;

beforeAll(async () => {
	await installStandardRoles(systemCtx(db));
	await seedDemo(systemCtx(db));
});

/** How many statements `work` sends to the server. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
	const sent = vi.spyOn(database.sql, 'unsafe');
	await work();
	const count = sent.mock.calls.length;
	sent.mockRestore();
	return count;
}

const everything = (from: Db) =>
	Promise.all(
		Object.values<unknown>(tables)
			.filter((table) => is(table, PgTable))
			.map((table) => {
				const [first] = Object.values(getTableColumns(table));
				return from.select().from(table).orderBy(first!).limit(50);
			})
	);

test('rows of every table read together are what each select answers by itself', async () => {
	const plain = await everything(db);
	const reader = gathered(db);
	const together = await everything(reader);
	expect(together).toEqual(plain);
	expect(plain.filter(({ length }) => length > 0).length).toBeGreaterThan(30);
});

test('values of every type of an expression are what the driver hands out', async () => {
	const values = {
		big: sql`9007199254740993::bigint`,
		count: sql`count(*)`,
		numeric: sql`1.500::numeric`,
		instant: sql`timestamptz '2026-03-29 02:30:00.123456+02'`,
		day: sql`date '2026-11-26'`,
		none: sql`null`,
		json: sql`'{"a": [1, "2", null, "é\\u2028"]}'::jsonb`,
		texts: sql`array['a', '"']`,
		whole: sql`array[1, 2]`,
		real: sql`0.1::double precision`,
		is: sql`true`,
		parameter: sql`${'$1 $2 "quoted" \\ 😀'}::text`
	};
	const ask = (from: Db) =>
		Promise.all([
			from.select(values).from(tables.users),
			from.select({ name: tables.users.name }).from(tables.users).where(gt(tables.users.name, 'M'))
		]);
	expect(await ask(gathered(db))).toEqual(await ask(db));
});

test('what is asked in one turn is one statement, what follows from it the next; joins, order and limits hold', async () => {
	const ask = async (from: Db) => {
		const deals = from
			.select({ deal: tables.deals, company: tables.companies, owner: { name: tables.users.name } })
			.from(tables.deals)
			.leftJoin(tables.companies, eq(tables.companies.id, tables.deals.companyId))
			.leftJoin(tables.users, eq(tables.users.id, tables.deals.ownerId))
			.orderBy(desc(tables.deals.number))
			.limit(7);
		const [found, people] = await Promise.all([deals, from.select().from(tables.users)]);
		const last = found.at(-1)?.deal.number ?? 0;
		const before = await from
			.select({ id: tables.deals.id })
			.from(tables.deals)
			.where(gt(tables.deals.number, last))
			.orderBy(desc(tables.deals.number));
		return { found, people, before };
	};
	const plain = await ask(db);
	expect(await ask(gathered(db))).toEqual(plain);
	expect(await statementsOf(() => ask(db))).toBe(3);
	const reader = gathered(db);
	expect(await statementsOf(() => ask(reader))).toBe(2);
});

test('binary columns and what is no select go their own way; a refusal reaches whoever asked', async () => {
	const reader = gathered(db);
	const [updates, users] = await Promise.all([
		reader.select({ update: tables.ydocUpdates.update }).from(tables.ydocUpdates).limit(1),
		reader.select({ name: tables.users.name }).from(tables.users).limit(1)
	]);
	expect(users).toHaveLength(1);
	expect(updates.every(({ update }) => update instanceof Uint8Array)).toBe(true);
	const refused = reader.select({ n: sql`1 / 0` }).from(tables.users);
	await expect(refused).rejects.toThrow();
	const inside = await reader.transaction((tx) =>
		tx.select({ name: tables.users.name }).from(tables.users).limit(1)
	);
	expect(inside).toEqual(users);
});
