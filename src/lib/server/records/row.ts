import { and, eq, getTableColumns, isNull, type SQL } from 'drizzle-orm';
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

/** All values of a record, sets and lists from their own tables. */
export async function readValues(
	ctx: Ctx,
	serverKind: ServerKind,
	row: Row
): Promise<RecordValues> {
	const collections = await Promise.all([
		...Object.entries(serverKind.sets).map(
			async ([name, mapping]) => [name, await readSet(ctx, mapping, row.id)] as const
		),
		...Object.entries(serverKind.lists).map(
			async ([name, mapping]) => [name, await readList(ctx, mapping, row.id)] as const
		)
	]);
	return { ...valuesOfRow(serverKind, row), ...Object.fromEntries(collections) };
}

async function readSet(ctx: Ctx, { table, record, member }: SetMapping, id: string) {
	const rows = await ctx.db.select({ member }).from(table).where(eq(record, id));
	// Drizzle types the column of a table it only knows by shape as unknown; members are uuids.
	return rows.map((row) => String(row.member)).sort();
}

async function readList(ctx: Ctx, mapping: ListMapping, id: string) {
	const rows = await ctx.db.select().from(mapping.table).where(eq(mapping.record, id));
	const key = keyOf(mapping.table, mapping.entryId);
	const entries: Record<string, EmailEntry | PhoneEntry> = {};
	// As in readSet: entry ids are text.
	for (const row of rows as Record<string, unknown>[])
		entries[String(row[key])] = mapping.fromRow(row);
	return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

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
