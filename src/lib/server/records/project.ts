import { sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { entriesOf, idsOf } from '#lib/records/document.ts';
import { plainTextOf } from '#lib/records/rich-text.ts';
import type { EmailEntry, PhoneEntry, RecordValues, RichText } from '#lib/records/values.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Ctx } from '../context.ts';
import { insertMany } from '../db/insert-many.ts';
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
			insertMany(
				ctx.db,
				mapping.table,
				records.flatMap(({ id, values }) => memberRows(mapping, id, idsOf(values[name])))
			)
		),
		...Object.entries(lists).map(([name, mapping]) =>
			insertMany(
				ctx.db,
				mapping.table,
				records.flatMap(({ id, values }) =>
					entryRows(mapping, id, Object.entries(entriesOf(values[name])))
				)
			)
		)
	]);
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

/** A record whose sets and lists go from one state to another. */
export interface Passage {
	readonly id: string;
	readonly before: RecordValues;
	readonly after: RecordValues;
}

/** Brings the rows of sets and lists from one state to the other; at most two statements for each table. */
export async function writeCollections(
	ctx: Ctx,
	{ sets, lists }: ServerKind,
	passages: readonly Passage[]
): Promise<void> {
	await Promise.all([
		...Object.entries(sets).map(([name, mapping]) => writeSets(ctx, name, mapping, passages)),
		...Object.entries(lists).map(([name, mapping]) => writeLists(ctx, name, mapping, passages))
	]);
}

type Pair = readonly [record: string, part: string];

async function writeSets(
	ctx: Ctx,
	name: string,
	mapping: SetMapping,
	passages: readonly Passage[]
): Promise<void> {
	const removed: Pair[] = [];
	const added: Record<string, unknown>[] = [];
	for (const { id, before, after } of passages) {
		const [old, fresh] = [idsOf(before[name]), idsOf(after[name])];
		for (const one of old) if (!fresh.includes(one)) removed.push([id, one]);
		added.push(
			...memberRows(
				mapping,
				id,
				fresh.filter((one) => !old.includes(one))
			)
		);
	}
	const { table, record, member } = mapping;
	await Promise.all([
		deleteAll(ctx, { table, record, part: member }, removed),
		insertMany(ctx.db, table, added)
	]);
}

async function writeLists(
	ctx: Ctx,
	name: string,
	mapping: ListMapping,
	passages: readonly Passage[]
): Promise<void> {
	const gone: Pair[] = [];
	const put: Record<string, unknown>[] = [];
	for (const { id, before, after } of passages) {
		const [old, fresh] = [entriesOf(before[name]), entriesOf(after[name])];
		for (const one of Object.keys(old)) if (!isSame(old[one], fresh[one])) gone.push([id, one]);
		put.push(
			...entryRows(
				mapping,
				id,
				Object.entries(fresh).filter(([one, entry]) => !isSame(old[one], entry))
			)
		);
	}
	const { table, record, entryId } = mapping;
	// One after the other: a changed entry goes and comes back under the same id.
	await deleteAll(ctx, { table, record, part: entryId }, gone);
	await insertMany(ctx.db, table, put);
}

interface Parts {
	readonly table: PgTable;
	readonly record: PgColumn;
	readonly part: PgColumn;
}

/** One parameter however many rows, so that the statement stays the same. */
async function deleteAll(ctx: Ctx, { table, record, part }: Parts, pairs: readonly Pair[]) {
	if (pairs.length === 0) return;
	const type = sql.raw(part.getSQLType());
	const gone = sql`select (pair ->> 0)::uuid, (pair ->> 1)::${type}
		from jsonb_array_elements(${JSON.stringify(pairs)}::text::jsonb) pair`;
	await ctx.db.delete(table).where(sql`(${record}, ${part}) in (${gone})`);
}
