import { and, asc, eq, getTableColumns, isNull, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { emptyOf } from '#lib/records/document.ts';
import type { EmailEntry, FieldValue, PhoneEntry, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import type { ListMapping, Row, ServerKind, SetMapping } from './kind.ts';

/** The row of a record that is not in the trash, if the condition allows. */
export async function findRow(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	condition?: SQL
): Promise<Row | null> {
	const { table } = serverKind;
	const [row] = await ctx.db
		.select()
		.from(table as PgTable)
		.where(and(eq(table.id, id), isNull(table.deletedAt), condition));
	return (row as Row | undefined) ?? null; // of the kind's own table
}

/** Takes the row for writing, in the trash or not; holds up other writers but not foreign keys to it. */
export async function lockRow(ctx: Ctx, { table }: ServerKind, id: string): Promise<Row | null> {
	const [row] = await ctx.db
		.select()
		.from(table as PgTable)
		.where(eq(table.id, id))
		.for('no key update');
	return (row as Row | undefined) ?? null; // of the kind's own table
}

/** Takes the rows of many records for writing, in the order of their ids. */
export async function lockRows(
	ctx: Ctx,
	{ table }: ServerKind,
	ids: readonly string[]
): Promise<readonly Row[]> {
	const rows = await ctx.db
		.select()
		.from(table as PgTable)
		.where(isAmong(table.id, ids))
		.orderBy(asc(table.id))
		.for('no key update');
	return rows as unknown as Row[]; // of the kind's own table
}

/** The rows of many records as they are now, in no order. */
export async function readRows(
	ctx: Ctx,
	{ table }: ServerKind,
	ids: readonly string[]
): Promise<readonly Row[]> {
	if (ids.length === 0) return [];
	const rows = await ctx.db
		.select()
		.from(table as PgTable)
		.where(isAmong(table.id, ids));
	return rows as unknown as Row[]; // of the kind's own table
}

/** The values that lie in the row itself: scalars and rich texts, by the kind's mapping. */
export function valuesOfRow(serverKind: ServerKind, row: Row): RecordValues {
	const values: Record<string, FieldValue> = {};
	for (const [name, field] of Object.entries(serverKind.kind.fields)) {
		if (field.shape === 'scalar') {
			const { columns, fromRow } = mappingOf(serverKind, name);
			const stored = fromRow ? fromRow(row) : row[columns[0] ?? name];
			values[name] = (stored as FieldValue | undefined) ?? emptyOf(field); // written by columnsOf
		} else if (field.shape === 'richText') {
			const { json } = richTextOf(serverKind, name);
			values[name] = (row[json] as FieldValue | undefined) ?? null; // written through its parser
		}
	}
	return values;
}

/** The columns that hold this scalar. */
export function columnsOf(
	serverKind: ServerKind,
	name: string,
	value: FieldValue
): Record<string, unknown> {
	const { columns, toColumns } = mappingOf(serverKind, name);
	return toColumns ? toColumns(value) : { [columns[0] ?? name]: value };
}

/** All values of a record: those of its row, its sets and lists, and what its kind reads beside them. */
export async function readValues(
	ctx: Ctx,
	serverKind: ServerKind,
	row: Row
): Promise<RecordValues> {
	const [values] = await readAllValues(ctx, serverKind, [row]);
	return values ?? {};
}

/** The same for many records, in the order of the rows; one statement for all sets and one for each list. */
export async function readAllValues(
	ctx: Ctx,
	serverKind: ServerKind,
	rows: readonly Row[]
): Promise<readonly RecordValues[]> {
	if (rows.length === 0) return [];
	const around = await readAround(ctx, serverKind, rows);
	return rows.map((row) => ({ ...valuesOfRow(serverKind, row), ...around(row.id) }));
}

/** The values that neither a record's row nor its document holds. */
export async function readOutside(
	ctx: Ctx,
	serverKind: ServerKind,
	row: Row
): Promise<RecordValues> {
	const { fields } = serverKind.kind;
	return (await readAround(ctx, serverKind, [row], (name) => !fields[name]?.live))(row.id);
}

/** Sets, lists and what the kind reads beside them. */
async function readAround(
	ctx: Ctx,
	{ sets, lists, beside }: ServerKind,
	rows: readonly Row[],
	isWanted: (name: string) => boolean = () => true
): Promise<(id: string) => RecordValues> {
	const ids = rows.map(({ id }) => id);
	const wanted = <Mapping>(mappings: Readonly<Record<string, Mapping>>) =>
		Object.entries(mappings).filter(([name]) => isWanted(name));
	const [others, members, ...collections] = await Promise.all([
		beside?.(ctx, rows),
		readSets(ctx, wanted(sets), ids),
		...wanted(lists).map(
			async ([name, mapping]) => [name, await readLists(ctx, mapping, ids)] as const
		)
	]);
	return (id) => ({
		...members(id),
		...Object.fromEntries(collections.map(([name, found]) => [name, found(id)])),
		...others?.get(id)
	});
}

async function readSets(
	ctx: Ctx,
	sets: readonly (readonly [string, SetMapping])[],
	ids: readonly string[]
): Promise<(id: string) => Readonly<Record<string, readonly string[]>>> {
	if (sets.length === 0) return () => ({});
	const each = sets.map(
		([name, { table, record, member }]) => sql`
			select ${name}::text as name, ${record} as record, ${member} as member
			from ${table} where ${isAmong(record, ids)}`
	);
	const rows = await ctx.db
		.select({
			name: sql<string>`name`,
			record: sql<string>`record`,
			member: sql<string>`member`
		})
		.from(sql`(${sql.join(each, sql` union all `)}) membership`);
	const members = Map.groupBy(rows, ({ name, record }) => name + record);
	return (id) =>
		Object.fromEntries(
			sets.map(([name]) => [name, (members.get(name + id) ?? []).map((row) => row.member).sort()])
		);
}

async function readLists(ctx: Ctx, mapping: ListMapping, ids: readonly string[]) {
	const found = await ctx.db.select().from(mapping.table).where(isAmong(mapping.record, ids));
	const [record, key] = [
		keyOf(mapping.table, mapping.record),
		keyOf(mapping.table, mapping.entryId)
	];
	// As in readSets: entry ids are text.
	const byRecord = Map.groupBy(found as Record<string, unknown>[], (row) => row[record]);
	return (id: string) => {
		const entries = (byRecord.get(id) ?? []).map((row): [string, EmailEntry | PhoneEntry] => [
			String(row[key]),
			mapping.fromRow(row)
		]);
		return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
	};
}

/** One parameter however many ids, so that the statement stays the same. */
const isAmong = (column: PgColumn, ids: readonly string[]): SQL =>
	ids.length === 1
		? eq(column, ids[0])
		: sql`${column} in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`;

/** The property under which a table's rows carry this column. */
export function keyOf(table: PgTable, column: PgColumn): string {
	const found = Object.entries(getTableColumns(table)).find(([, own]) => own === column);
	if (!found) throw new Error(`${column.name} is not a column of its table`);
	return found[0];
}

function mappingOf({ kind, columns }: ServerKind, name: string) {
	const mapping = columns[name];
	if (!mapping) throw new Error(`${kind.name}.${name} has no column`);
	return mapping;
}

export function richTextOf({ kind, richTexts }: ServerKind, name: string) {
	const mapping = richTexts[name];
	if (!mapping) throw new Error(`${kind.name}.${name} has no column`);
	return mapping;
}
