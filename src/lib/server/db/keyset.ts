import { type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { Db } from '../context.ts';

export const PAGE_SIZE = 50;
const COUNT_CAP = 10_000;

/** A column that a list may be sorted by. It needs an index on (column, id), nulls last. */
export interface SortColumn {
	readonly column: PgColumn;
	readonly type: 'text' | 'bigint' | 'timestamptz' | 'date' | 'uuid';
	/** Rows without a value come last in both directions. */
	readonly nullable?: boolean;
}

export interface PageRequest {
	readonly sort: SortColumn;
	readonly descending: boolean;
	/** Where the page begins or ends, as an earlier page gave it out; anything unreadable is the first page. */
	readonly after?: string | undefined;
	readonly before?: string | undefined;
	readonly size?: number;
}

export interface Page<Row> {
	readonly rows: readonly Row[];
	/** Cursors for the neighbouring pages; null at the ends. */
	readonly before: string | null;
	readonly after: string | null;
}

interface Cursor {
	readonly key: string | null;
	readonly id: string;
}

/**
 * The rows of one page as a subquery (id, key, part, sort_key) to be joined as `page`, with the ORDER BY
 * that keeps them in the order of the scan. Reads page size + 1 index entries however deep the page is.
 */
export function keysetPage(
	table: PgTable & Record<'id', PgColumn>,
	where: SQL,
	request: PageRequest
): { readonly page: SQL; readonly order: SQL } {
	const { sort } = request;
	const cursor = cursorOf(request);
	const backward = isBackward(request);
	const direction = request.descending === backward ? sql.raw('asc') : sql.raw('desc');
	const beyond = request.descending === backward ? sql.raw('>') : sql.raw('<');
	const select = (part: number, condition: SQL) => sql`(
		select ${table.id} as id, ${sort.column}::text as key, ${sql.raw(String(part))} as part, ${sort.column} as sort_key
		from ${table} where ${where} and ${condition}
		order by ${sort.column} ${direction}, ${table.id} ${direction} limit ${sizeOf(request) + 1})`;

	const afterKey =
		cursor && cursor.key !== null
			? sql`(${sort.column}, ${table.id}) ${beyond} (${cursor.key}::${sql.raw(sort.type)}, ${cursor.id}::uuid)`
			: sql`true`;
	const afterId =
		cursor && cursor.key === null ? sql`${table.id} ${beyond} ${cursor.id}::uuid` : sql`true`;
	const filled = select(
		0,
		sort.nullable ? sql`${sort.column} is not null and ${afterKey}` : afterKey
	);
	const empty = select(1, sql`${sort.column} is null and ${afterId}`);

	const partOrder = backward ? sql.raw('desc') : sql.raw('asc');
	return {
		page: partsFrom(sort, cursor, backward, { filled, empty }),
		order: sql`page.part ${partOrder}, page.sort_key ${direction}, page.id ${direction}`
	};
}

/** True for what an earlier page of this order gave out; pages ignore anything else. */
export const isCursor = (sort: SortColumn, cursor: string): boolean =>
	cursorOf({ sort, descending: false, after: cursor }) !== null;

/** Turns the rows that the query found (each with its `id` and cursor `key`) into a page. */
export function toPage<Row extends { readonly id: string; readonly key: string | null }>(
	found: readonly Row[],
	request: PageRequest
): Page<Row> {
	const size = sizeOf(request);
	const more = found.length > size;
	const rows = found.slice(0, size);
	const first = rows[0];
	const last = rows[rows.length - 1];
	if (isBackward(request)) {
		rows.reverse();
		return {
			rows,
			before: more && last ? encode(last) : null,
			after: first ? encode(first) : null
		};
	}
	return {
		rows,
		before: cursorOf(request) && first ? encode(first) : null,
		after: more && last ? encode(last) : null
	};
}

/** Counts the rows of this selection up to 10,000; beyond that nobody reads the exact number. */
export async function cappedCount(
	db: Db,
	table: PgTable,
	where: SQL
): Promise<{ readonly count: number; readonly more: boolean }> {
	// By itself and not gathered with the page: it takes as long as all the rest, which need not wait for it.
	const [row] = await db.execute<{ count: number }>(
		sql`select count(*)::int as count from (select 1 from ${table} where ${where} limit ${COUNT_CAP + 1}) counted`
	);
	const count = row?.count ?? 0;
	return { count: Math.min(count, COUNT_CAP), more: count > COUNT_CAP };
}

/** Which of the two parts, rows with and rows without a value, a page can reach from its cursor. */
function partsFrom(
	sort: SortColumn,
	cursor: Cursor | null,
	backward: boolean,
	{ filled, empty }: { filled: SQL; empty: SQL }
): SQL {
	if (!sort.nullable) return filled;
	const amongEmpty = cursor?.key === null;
	if (cursor && amongEmpty && !backward) return empty;
	if (cursor && !amongEmpty && backward) return filled;
	return sql`${filled} union all ${empty}`;
}

const sizeOf = ({ size = PAGE_SIZE }: PageRequest) => size;

const isBackward = (request: PageRequest) =>
	request.after === undefined && cursorOf(request) !== null;

/** Keys that Postgres accepts for each type, so that a hand-made cursor is ignored and never an error. */
const KEYS: Record<SortColumn['type'], RegExp> = {
	text: /^[^\0]*$/,
	bigint: /^\d{1,18}$/,
	timestamptz: /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00$/,
	date: /^\d{4}-\d{2}-\d{2}$/,
	uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
};

const CursorShape = z.tuple([z.string().max(1000).nullable(), z.string().refine(isId)]);

function cursorOf({ after, before, sort }: PageRequest): Cursor | null {
	const parsed = CursorShape.safeParse(decode(after ?? before));
	if (!parsed.success) return null;
	const [key, id] = parsed.data;
	if (key === null) return sort.nullable ? { key, id } : null;
	return KEYS[sort.type].test(key) ? { key, id } : null;
}

const encode = ({ key, id }: Cursor) =>
	Buffer.from(JSON.stringify([key, id])).toString('base64url');

function decode(cursor: string | undefined): unknown {
	try {
		return cursor === undefined ? null : JSON.parse(Buffer.from(cursor, 'base64url').toString());
	} catch {
		// Not one of our cursors: the first page is the best answer.
		return null;
	}
}

/** The cursor of a row, by the text of its sort column, as pages give it out. */
export const cursorAt = (key: string | null, id: string): string => encode({ key, id });

/** How many rows of this selection come before a cursor, up to 10,000. */
export async function countBefore(
	db: Db,
	table: PgTable & Record<'id', PgColumn>,
	where: SQL,
	{ sort, descending, before }: Pick<PageRequest, 'sort' | 'descending' | 'before'>
): Promise<{ readonly count: number; readonly more: boolean }> {
	const request = { sort, descending, before, size: COUNT_CAP };
	const { page } = keysetPage(table, where, request);
	const [row] = await db
		.select({ count: sql<number>`count(*)::int` })
		.from(sql`(select 1 from (${page}) page limit ${COUNT_CAP + 1}) counted`);
	const count = row?.count ?? 0;
	return { count: Math.min(count, COUNT_CAP), more: count > COUNT_CAP };
}
