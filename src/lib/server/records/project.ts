import { and, eq, inArray } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { entriesOf, idsOf } from '#lib/records/document.ts';
import { plainTextOf } from '#lib/records/rich-text.ts';
import type {
	EmailEntry,
	FieldValue,
	PhoneEntry,
	RecordValues,
	RichText
} from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Ctx } from '../context.ts';
import type { ListMapping, ServerKind, SetMapping } from './kind.ts';
import { columnsOf, keyOf, richTextOf } from './row.ts';

/** The columns of the record's own row that hold these fields. */
export function rowColumns(
	serverKind: ServerKind,
	values: RecordValues,
	names: readonly string[]
): Record<string, unknown> {
	const columns: Record<string, unknown> = {};
	for (const name of names) {
		const field = serverKind.kind.fields[name];
		const value = values[name] ?? null;
		if (field?.shape === 'scalar') Object.assign(columns, columnsOf(serverKind, name, value));
		if (field?.shape === 'richText') {
			const { json, text } = richTextOf(serverKind, name);
			const document = value as RichText | null; // of this field's type
			Object.assign(columns, { [json]: document, [text]: plainTextOf(document) });
		}
	}
	return columns;
}

/** Writes the sets and lists of records that had none. */
export async function insertCollections(
	ctx: Ctx,
	{ sets, lists }: ServerKind,
	records: readonly { readonly id: string; readonly values: RecordValues }[]
): Promise<void> {
	await Promise.all([
		...Object.entries(sets).map(([name, mapping]) =>
			insertAll(
				ctx,
				mapping.table,
				records.flatMap(({ id, values }) => memberRows(mapping, id, idsOf(values[name])))
			)
		),
		...Object.entries(lists).map(([name, mapping]) =>
			insertAll(
				ctx,
				mapping.table,
				records.flatMap(({ id, values }) =>
					entryRows(mapping, id, Object.entries(entriesOf(values[name])))
				)
			)
		)
	]);
}

async function insertAll(ctx: Ctx, table: PgTable, rows: readonly Record<string, unknown>[]) {
	if (rows.length > 0) await ctx.db.insert(table).values([...rows]);
}

const memberRows = (
	{ table, record, member }: SetMapping,
	id: string,
	members: readonly string[]
) => members.map((one) => ({ [keyOf(table, record)]: id, [keyOf(table, member)]: one }));

const entryRows = (
	{ table, record, entryId, toColumns }: ListMapping,
	id: string,
	entries: readonly (readonly [string, EmailEntry | PhoneEntry])[]
) =>
	entries.map(([one, entry]) => ({
		...toColumns(entry),
		[keyOf(table, record)]: id,
		[keyOf(table, entryId)]: one
	}));

/** True when there is something in sets and lists to write. */
export const hasOtherCollections = (
	{ sets, lists }: ServerKind,
	before: RecordValues,
	after: RecordValues
): boolean =>
	[...Object.keys(sets), ...Object.keys(lists)].some((name) => !isSame(before[name], after[name]));

/** Brings the rows of sets and lists from one state to the other. */
export async function writeCollections(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	before: RecordValues,
	after: RecordValues
): Promise<void> {
	await Promise.all([
		...Object.entries(serverKind.sets).map(([name, mapping]) =>
			writeSet(ctx, mapping, id, before[name], after[name])
		),
		...Object.entries(serverKind.lists).map(([name, mapping]) =>
			writeList(ctx, mapping, id, before[name], after[name])
		)
	]);
}

async function writeSet(
	ctx: Ctx,
	mapping: SetMapping,
	id: string,
	before: FieldValue | undefined,
	after: FieldValue | undefined
): Promise<void> {
	const [old, fresh] = [idsOf(before), idsOf(after)];
	const { table, record, member } = mapping;
	const removed = old.filter((one) => !fresh.includes(one));
	const added = fresh.filter((one) => !old.includes(one));
	await Promise.all([
		removed.length > 0 && ctx.db.delete(table).where(and(eq(record, id), inArray(member, removed))),
		insertAll(ctx, table, memberRows(mapping, id, added))
	]);
}

async function writeList(
	ctx: Ctx,
	mapping: ListMapping,
	id: string,
	before: FieldValue | undefined,
	after: FieldValue | undefined
): Promise<void> {
	const [old, fresh] = [entriesOf(before), entriesOf(after)];
	const { table, record, entryId } = mapping;
	const gone = Object.keys(old).filter((one) => !isSame(old[one], fresh[one]));
	const put = Object.entries(fresh).filter(([one, entry]) => !isSame(old[one], entry));
	// One after the other: a changed entry goes and comes back under the same id.
	if (gone.length > 0) {
		await ctx.db.delete(table).where(and(eq(record, id), inArray(entryId, gone)));
	}
	await insertAll(ctx, table, entryRows(mapping, id, put));
}
