import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../context.ts';

/** Columns by their names in the code. */
type Values = Readonly<Record<string, unknown>>;

/**
 * Inserts rows as one parameter, however many and of whatever columns: the statement stays short and the same, while
 * a parameter for each value costs more than everything else about a thousand rows. Columns that no row has get their
 * defaults; a column that only some have is null in the others.
 */
export async function insertMany(db: Db, table: PgTable, rows: readonly Values[]): Promise<void> {
	if (rows.length > 0) await db.execute(insertOf(table, rows));
}

/**
 * The same, but rows whose id is taken are left out; answers the others as they are now, with what the database made
 * of them.
 */
export async function insertFresh(
	db: Db,
	table: PgTable & Record<'id', PgColumn>,
	rows: readonly (Values & { readonly id: string })[]
): Promise<readonly (Values & { readonly id: string })[]> {
	if (rows.length === 0) return [];
	const given = keysOf(rows);
	const made = Object.entries(getTableColumns(table)).filter(([key]) => !given.has(key));
	const returned = [...made.map(([, column]) => nameOf(column)), sql.identifier('id')];
	const inserted = await db.execute<Record<string, unknown> & { id: string }>(sql`
		${insertOf(table, rows)} on conflict (id) do nothing returning ${sql.join(returned, sql`, `)}`);
	const byId = new Map(inserted.map((row) => [row.id, row]));
	return rows.flatMap((row) => {
		const found = byId.get(row.id);
		if (!found) return [];
		// The second of two with the same id is not in.
		byId.delete(row.id);
		const own = made.map(([key, column]) => [key, decoded(column, found[rawNameOf(column)])]);
		return [{ ...row, ...Object.fromEntries(own) }];
	});
}

function insertOf(table: PgTable, rows: readonly Values[]): SQL {
	const own = getTableColumns(table);
	const given = [...keysOf(rows)].sort().flatMap((key) => own[key] ?? []);
	const columns = sql.join(given.map(nameOf), sql`, `);
	const typed = given.map((column) => sql`${nameOf(column)} ${sql.raw(column.getSQLType())}`);
	const renamed = rows.map((row) => renamedBy(own, row));
	return sql`
		insert into ${table} (${columns}) select ${columns}
		from jsonb_to_recordset(${JSON.stringify(renamed)}::text::jsonb) as fresh (${sql.join(typed, sql`, `)})`;
}

function keysOf(rows: readonly Values[]): ReadonlySet<string> {
	const keys = new Set<string>();
	for (const row of rows) {
		for (const [key, value] of Object.entries(row)) if (value !== undefined) keys.add(key);
	}
	return keys;
}

const names = new WeakMap<PgColumn, string>();

function rawNameOf(column: PgColumn): string {
	const known = names.get(column);
	if (known !== undefined) return known;
	const name = column.keyAsName ? toSnakeCase(column.name) : column.name;
	names.set(column, name);
	return name;
}

const nameOf = (column: PgColumn) => sql.identifier(rawNameOf(column));

function renamedBy(own: Readonly<Record<string, PgColumn>>, row: Values): Values {
	const renamed: Record<string, unknown> = {};
	for (const [key, value] of Object.entries(row)) {
		const column = own[key];
		if (!column || value === null) continue;
		// Postgres reads numbers of any size from text; instants become ISO 8601 by themselves.
		renamed[rawNameOf(column)] = typeof value === 'bigint' ? value.toString() : value;
	}
	return renamed;
}

const decoded = (column: PgColumn, value: unknown): unknown =>
	value === null || value === undefined ? null : column.mapFromDriverValue(value);
