import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { ListQuery, ListShape } from '#lib/shared/list-query.ts';
import type { Ctx } from '../context.ts';
import { keysetPage, type Page, type PageRequest, type SortColumn, toPage } from '../db/keyset.ts';
import type { Row, ServerKind } from './kind.ts';
import type { LoadedRecord } from './load.ts';
import { readAllValues } from './row.ts';

/** What a kind's list page knows of finding records, for whoever lists them elsewhere. */
export interface Listing {
	readonly shape: ListShape;
	/** A column for each of the shape's sorts. */
	readonly sorts: Readonly<Record<string, SortColumn>>;
	/** The records that the actor may see and that are asked for; the trash is for those who may delete. */
	select(ctx: Ctx, wanted: Pick<ListQuery, 'q' | 'filters' | 'trash'>): Promise<SQL>;
}

/**
 * One page of records with their values, long formatted texts left out: one statement, and one for each set and
 * list. `withTexts`: the rows have what those texts say, in the column for it.
 */
export async function listRecords(
	ctx: Ctx,
	serverKind: ServerKind,
	selected: SQL,
	request: PageRequest,
	extent: 'short' | 'withTexts' = 'short'
): Promise<Page<LoadedRecord>> {
	const { table } = serverKind;
	const { page, order } = keysetPage(table, selected, request);
	const found = await ctx.db
		.select({ row: shortColumns(serverKind, extent), key: sql<string | null>`page.key` })
		.from(sql`(${page}) page`)
		.innerJoin(table as PgTable, sql`${table.id} = page.id`)
		.orderBy(order);
	const keyed = found.map(({ row, key }) => ({ id: String(row.id), key, row: row as Row })); // of the kind's own table
	const { rows, ...cursors } = toPage(keyed, request);
	const values = await readAllValues(
		ctx,
		serverKind,
		rows.map(({ row }) => row)
	);
	return { ...cursors, rows: rows.map(({ row }, at) => ({ row, values: values[at] ?? {} })) };
}

function shortColumns({ table, richTexts }: ServerKind, extent: 'short' | 'withTexts') {
	const long = new Set(
		Object.values(richTexts).flatMap(({ json, text }) =>
			extent === 'short' ? [json, text] : [json]
		)
	);
	const columns = Object.entries(getTableColumns(table as PgTable));
	return Object.fromEntries(columns.filter(([name]) => !long.has(name)));
}
