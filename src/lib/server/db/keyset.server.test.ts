import { and, isNull, sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { inRollback } from '#tests/support/database.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Ctx } from '../context.ts';
import { cappedCount, keysetPage, type PageRequest, type SortColumn, toPage } from './keyset.ts';
import { companies, departments } from './tables/index.ts';

const SORTS: Record<string, SortColumn> = {
	name: { column: companies.name, type: 'text' },
	number: { column: companies.number, type: 'bigint' },
	created: { column: companies.createdAt, type: 'timestamptz' },
	city: { column: companies.city, type: 'text', nullable: true }
};

const live = isNull(companies.deletedAt);

/** Many equal names, moments and cities, umlauts, and a third of the rows without a city. */
async function someCompanies(ctx: Ctx, count: number) {
	const departmentId = newId();
	await ctx.db.insert(departments).values({ id: departmentId, name: 'Sales Hamburg' });
	await ctx.db.execute(sql`
		insert into companies (id, name, city, department_id, created_at)
		select gen_random_uuid(),
			(array['Äpfel AG', 'apfel', 'Zebra', 'Öl & Gas', 'Ölmühle', 'o''Neil', 'Ω'])[1 + n % 7],
			case when n % 3 = 0 then null else (array['Aarhus', 'Århus', 'Åre', 'Zürich'])[1 + n % 4] end,
			${departmentId}, timestamptz '2026-01-01' + (n % 11) * interval '1 microsecond'
		from generate_series(1, ${count}::int) n`);
}

async function pageOf(ctx: Ctx, request: PageRequest) {
	const { page, order } = keysetPage(companies, live, request);
	const rows = await ctx.db
		.select({ id: sql<string>`page.id`, key: sql<string | null>`page.key` })
		.from(sql`(${page}) page`)
		.orderBy(order);
	return toPage(rows, request);
}

async function walk(ctx: Ctx, request: PageRequest, way: 'after' | 'before', from?: string) {
	const pages: string[][] = [];
	let cursor: string | null | undefined = from;
	do {
		const page = await pageOf(ctx, { ...request, [way]: cursor ?? undefined });
		pages.push(page.rows.map(({ id }) => id));
		cursor = page[way];
	} while (cursor);
	return pages;
}

for (const [name, sort] of Object.entries(SORTS)) {
	for (const descending of [false, true]) {
		const title = `${name} ${descending ? 'descending' : 'ascending'}`;
		inRollback(
			`walking by ${title} shows every row once, and the same rows backwards`,
			async (ctx) => {
				await someCompanies(ctx, 100);
				const request = { sort, descending, size: 7 };
				const forward = await walk(ctx, request, 'after');
				const way = sql.raw(descending ? 'desc' : 'asc');
				const all = await ctx.db
					.select({ id: companies.id })
					.from(companies)
					.orderBy(sql`${sort.column} ${way} nulls last, ${companies.id} ${way}`);
				expect(forward.flat()).toEqual(all.map(({ id }) => id));

				const last = forward.length - 1;
				const end = await pageOf(ctx, {
					...request,
					after: await cursorBefore(ctx, request, last)
				});
				const back = await walk(ctx, request, 'before', end.before ?? undefined);
				expect(back.reverse().flat()).toEqual(forward.slice(0, last).flat());
			}
		);
	}
}

async function cursorBefore(ctx: Ctx, request: PageRequest, pages: number) {
	let after: string | undefined;
	for (let page = 0; page < pages; page++) {
		after = (await pageOf(ctx, { ...request, after })).after ?? undefined;
	}
	return after;
}

inRollback('a cursor that nobody gave out shows the first page', async (ctx) => {
	await someCompanies(ctx, 20);
	const request = { sort: SORTS.created ?? never(), descending: false, size: 7 };
	const first = await pageOf(ctx, request);
	const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const id = newId();
	for (const cursor of [
		'%%%',
		'bnVsbA',
		forged(['soon', id]),
		forged([null, id]),
		forged([1, 2])
	]) {
		expect(await pageOf(ctx, { ...request, after: cursor })).toEqual(first);
		expect(await pageOf(ctx, { ...request, before: cursor })).toEqual(first);
	}
});

inRollback(
	'rows that come and go between two pages neither repeat nor hide others',
	async (ctx) => {
		await someCompanies(ctx, 20);
		const request = { sort: SORTS.number ?? never(), descending: false, size: 5 };
		const first = await pageOf(ctx, request);
		const marker = first.rows[4]?.id ?? never();
		await ctx.db.execute(sql`update companies set deleted_at = now() where id = ${marker}`);
		const second = await pageOf(ctx, { ...request, after: first.after ?? never() });
		const numbers = await ctx.db
			.select({ id: companies.id })
			.from(companies)
			.where(and(live, sql`${companies.number} > 0`))
			.orderBy(companies.number);
		expect(second.rows.map(({ id }) => id)).toEqual(numbers.slice(4, 9).map(({ id }) => id));
	}
);

inRollback('counting stops at ten thousand', async (ctx) => {
	await someCompanies(ctx, 10_001);
	expect(await cappedCount(ctx.db, companies, live)).toEqual({ count: 10_000, more: true });
	expect(await cappedCount(ctx.db, companies, sql`${companies.city} = 'Zürich'`)).toMatchObject({
		more: false
	});
});

function never(): never {
	throw new Error('the test expects a value here');
}
