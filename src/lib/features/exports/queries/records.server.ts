import { getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { companyListing } from '#lib/features/companies/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactListing } from '#lib/features/contacts/queries.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { dealListing } from '#lib/features/deals/queries.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { leadListing } from '#lib/features/leads/queries.server.ts';
import { leadRecords } from '#lib/features/leads/record.server.ts';
import { productListing } from '#lib/features/products/queries.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import { projectListing } from '#lib/features/projects/queries.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import { requestListing } from '#lib/features/requests/queries.server.ts';
import { requestRecords } from '#lib/features/requests/record.server.ts';
import { taskListing } from '#lib/features/tasks/queries.server.ts';
import { taskRecords } from '#lib/features/tasks/record.server.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import { idsOf } from '#lib/records/document.ts';
import type { EmailEntry, FieldValue, PhoneEntry } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { SortColumn } from '#lib/server/db/keyset.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { type Listing, listRecords } from '#lib/server/records/list.ts';
import type { LoadedRecord } from '#lib/server/records/load.ts';
import { refKey, titlesOf } from '#lib/server/records/titles.ts';
import { vcard, type Card } from '#lib/server/vcard/write.ts';
import { type KindName, KINDS } from '#lib/shared/kinds.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import { cellOf, exportColumns, inOrder, type CellWords, type ExportColumn } from '../model.ts';
import { asExporter } from '../policy.ts';
import type { ExportFormat } from '../schema.ts';
import { countedMoreThan, noteExport } from './begin.server.ts';

interface Exported {
	readonly serverKind: ServerKind;
	readonly listing: Listing;
}

const EXPORTED: Readonly<Record<KindName, Exported>> = {
	request: { serverKind: requestRecords, listing: requestListing },
	deal: { serverKind: dealRecords, listing: dealListing },
	lead: { serverKind: leadRecords, listing: leadListing },
	company: { serverKind: companyRecords, listing: companyListing },
	contact: { serverKind: contactRecords, listing: contactListing },
	task: { serverKind: taskRecords, listing: taskListing },
	project: { serverKind: projectRecords, listing: projectListing },
	product: { serverKind: productRecords, listing: productListing }
};

/** Records that are read at once: the memory a file takes, however long it is. */
const BATCH = 500;

export interface Wanted {
	readonly kind: KindName;
	readonly format: ExportFormat;
	/** The address of the list: its search, filters, order and trash. */
	readonly params: URLSearchParams;
	/** Only these of the list. */
	readonly ids?: readonly string[] | undefined;
}

/** Words of the reader's language, taken before the file begins: it goes on after the request's own time. */
export type ReaderWords = Omit<CellWords, 'nameOf'>;

/** The kind that has its list at this address; null for none. */
export const kindAt = (path: string): RecordKind | null =>
	Object.values(EXPORTED).find(({ serverKind: { kind } }) => KINDS[kind.name].path === `/${path}`)
		?.serverKind.kind ?? null;

/**
 * Notes in the history that the actor takes these records along, and hands them out page by page, in the order
 * and with the filters of the list. Throws Forbidden and TooMany before the first.
 */
export async function beginExport(ctx: Ctx, wanted: Wanted) {
	const { kind, format, params, ids } = wanted;
	const { serverKind, listing } = EXPORTED[kind];
	const query = readListQuery(params, listing.shape);
	await noteExport(ctx, { kind, format, query, ids });
	const { trash } = query;
	const exporter = { ...ctx, actor: asExporter(ctx.actor, kind) };
	const listed = await listing.select(exporter, query);
	const selected = ids ? sql`${listed} and ${serverKind.table.id} in ${[...ids, NO_ID]}` : listed;
	const sort = trash ? byDeletion(serverKind) : (listing.sorts[query.sort] ?? byNumber(serverKind));
	return {
		kind: serverKind.kind,
		selected,
		pages: pagesOf(exporter, serverKind, selected, { sort, descending: trash || query.descending })
	};
}

/** An IN without any member is no SQL. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

const byDeletion = ({ table }: ServerKind): SortColumn => ({
	column: table.deletedAt,
	type: 'timestamptz'
});
const byNumber = ({ table }: ServerKind): SortColumn => ({ column: table.number, type: 'bigint' });

/** True when more than `limit` records are selected; counts no further. */
export const isMoreThan = (ctx: Ctx, kind: KindName, selected: SQL, limit: number) =>
	countedMoreThan(ctx, EXPORTED[kind].serverKind.table, selected, limit);

async function* pagesOf(
	ctx: Ctx,
	serverKind: ServerKind,
	selected: SQL,
	order: { readonly sort: SortColumn; readonly descending: boolean }
): AsyncGenerator<readonly LoadedRecord[]> {
	for (let after: string | undefined; ;) {
		const page = await listRecords(
			ctx,
			serverKind,
			selected,
			{ ...order, after, size: BATCH },
			'withTexts'
		);
		if (page.rows.length > 0) yield page.rows;
		if (page.after === null) return;
		after = page.after;
	}
}

/** The rows of a table of these records, without its heading; a batch of rows at a time. */
export async function* exportRows(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{
		kind,
		pages
	}: { readonly kind: KindName; readonly pages: AsyncIterable<readonly LoadedRecord[]> },
	reader: ReaderWords
): AsyncGenerator<readonly (readonly string[])[]> {
	const { serverKind } = EXPORTED[kind];
	const columns = exportColumns(serverKind.kind);
	for await (const page of pages) {
		const words = { ...reader, nameOf: await namesFor(ctx, kinds, serverKind, page) };
		yield page.map((record) => columns.map((column) => cell(serverKind, column, record, words)));
	}
}

/** The same records as cards for an address book; of contacts only. */
export async function* exportCards(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	pages: AsyncIterable<readonly LoadedRecord[]>
): AsyncGenerator<string> {
	for await (const page of pages) {
		const nameOf = await namesFor(ctx, kinds, contactRecords, page);
		yield page.map((record) => vcard(cardOf(record, nameOf))).join('');
	}
}

function cardOf({ row, values }: LoadedRecord, nameOf: CellWords['nameOf']): Card {
	const text = (name: string) => textOf(values[name]);
	const company = text('company');
	return {
		id: row.id,
		firstName: text('firstName'),
		middleName: text('middleName'),
		lastName: text('lastName'),
		title: text('title'),
		company: (company && nameOf('company', company)) ?? '',
		// What the contact's fields of these names hold.
		emails: inOrder(values.emails) as EmailEntry[],
		phones: inOrder(values.phones) as PhoneEntry[],
		tags: idsOf(values.tags).flatMap((id) => nameOf('tags', id) ?? []),
		notes: textOf(row[contactRecords.richTexts.notes.text]),
		updatedAt: new Date(textOf(row.updatedAt))
	};
}

function cell(
	{ kind, richTexts }: ServerKind,
	column: ExportColumn,
	{ row, values }: LoadedRecord,
	words: CellWords
) {
	const field = kind.fields[column.field];
	if (!field) return textOf(row[column.field]);
	if (field.shape === 'richText') return textOf(row[richTexts[column.field]?.text ?? '']);
	return cellOf(column, field, values[column.field] ?? null, words);
}

/** What every record has beside its fields. */
function textOf(value: unknown): string {
	if (value instanceof Date) return value.toISOString();
	return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Names of all that a page of records refers to: records only as far as the reader may see them. */
async function namesFor(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	serverKind: ServerKind,
	page: readonly LoadedRecord[]
): Promise<CellWords['nameOf']> {
	const { fields } = serverKind.kind;
	const found = await Promise.all(
		Object.entries(serverKind.names).map(async ([name, column]) => {
			const target = fields[name] && 'target' in fields[name] ? fields[name].target : undefined;
			const ids = [...new Set(page.flatMap(({ values }) => referred(values[name] ?? null)))];
			const isRecord = kinds.some(({ kind }) => kind.name === target);
			const names =
				isRecord && target ? await titled(ctx, kinds, target, ids) : await named(ctx, column, ids);
			return [name, names] as const;
		})
	);
	const byField = new Map(found);
	return (field, id) => byField.get(field)?.get(id) ?? null;
}

const referred = (value: FieldValue): readonly string[] =>
	typeof value === 'string' ? [value] : Array.isArray(value) ? idsOf(value) : [];

async function titled(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	kind: string,
	ids: readonly string[]
) {
	const refs = ids.map((recordId) => ({ kind, recordId }));
	const titles = await titlesOf(ctx, kinds, refs);
	return new Map(refs.map((ref) => [ref.recordId, titles.get(refKey(ref))?.title ?? null]));
}

async function named(
	ctx: Ctx,
	column: PgColumn,
	ids: readonly string[]
): Promise<ReadonlyMap<string, string | null>> {
	if (ids.length === 0) return new Map();
	const table = column.table as PgTable; // of a table that has ids: history is told by the same names
	const { id } = getTableColumns(table);
	if (!id) throw new Error(`${column.name} names things without an id`);
	const rows = await ctx.db
		.select({ id, name: column })
		.from(table)
		.where(inArray(id, [...ids]));
	return new Map(rows.map((row) => [String(row.id), String(row.name)]));
}
