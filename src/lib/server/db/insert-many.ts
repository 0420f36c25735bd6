import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from '../context.ts';

/** Columns by their names in the code. */
type Values = Readonly<Record<string, unknown>>;
type Given = readonly [key: string, column: PgColumn];

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

/**
 * Foreign keys are looked up row by row, by statements of Postgres' own. Under a setting that plans every execution
 * anew that takes longer than all else about a row. To be put among what an INSERT selects from.
 */
export const KEYS_PLANNED_ONCE = sql`(select set_config('plan_cache_mode', 'auto', true)) as planned`;

/** What is the same in all rows is said once: half of what the rows of an import say. */
function insertOf(table: PgTable, rows: readonly Values[]): SQL {
	const own = getTableColumns(table);
	const given = [...keysOf(rows)]
		.sort()
		.flatMap((key) => (own[key] ? [[key, own[key]] as const] : []));
	const same = sameIn(rows, given);
	const columns = given.map(([, column]) => nameOf(column));
	const values = columns.map((name) => sql`coalesce(fresh.${name}, same.${name})`);
	const typed = sql.join(
		given.map(([, column]) => sql`${nameOf(column)} ${sql.raw(column.getSQLType())}`),
		sql`, `
	);
	const others = given.filter(([key]) => !Object.hasOwn(same, key));
	return sql`
		insert into ${table} (${sql.join(columns, sql`, `)}) select ${sql.join(values, sql`, `)}
		from jsonb_to_recordset(${JSON.stringify(rows.map((row) => stored(row, others)))}::text::jsonb) as fresh (${typed}),
			jsonb_to_record(${JSON.stringify(stored(same, given))}::text::jsonb) as same (${typed}), ${KEYS_PLANNED_ONCE}`;
}

function sameIn(rows: readonly Values[], given: readonly Given[]): Values {
	const [first = {}, ...others] = rows;
	const keys = given
		.map(([key]) => key)
		.filter((key) => others.every((row) => row[key] === first[key]));
	return Object.fromEntries(keys.map((key) => [key, first[key]]));
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

/** These columns of a row by their names in the database, without those that are empty. */
function stored(row: Values, columns: readonly Given[]): Values {
	const named: Record<string, unknown> = {};
	for (const [key, column] of columns) {
		const value = row[key];
		if (value === null || value === undefined) continue;
		// Postgres reads numbers of any size from text; instants become ISO 8601 by themselves.
		named[rawNameOf(column)] = typeof value === 'bigint' ? value.toString() : value;
	}
	return named;
}

const decoded = (column: PgColumn, value: unknown): unknown =>
	value === null || value === undefined ? null : column.mapFromDriverValue(value);
