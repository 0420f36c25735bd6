import { m } from '#lib/messages/messages.js';
import { type ListShape, readListQuery } from '#lib/shared/list-query.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Ctx } from '../context.ts';
import { isCursor, type Page, type PageRequest, type SortColumn } from '../db/keyset.ts';
import { listRecords } from '../records/list.ts';
import type { Answer } from './operations.ts';
import { presentShort } from './present.ts';
import { type FieldError, Problem } from './problem.ts';
import type { Resource } from './resource.ts';

export const LIMIT_DEFAULT = 50;
export const LIMIT_MAX = 200;
const OWN_PARAMETERS = ['q', 'sort', 'after', 'before', 'limit'];

/** One page of the records that the caller may see, as the address asks; with links to the neighbouring pages. */
export async function listOf(ctx: Ctx, resource: Resource, url: URL): Promise<Answer> {
	const { serverKind, listing } = resource;
	// The trash is in the order in which things came there, the last first.
	const deletion = { column: serverKind.table.deletedAt, type: 'timestamptz' } as const;
	const request = readListRequest({ ...listing, deletion }, url.searchParams);
	const selected = await listing.select(ctx, request.query);
	const page = await listRecords(ctx, serverKind, selected, request.page);
	// Plain data, as presented.
	return pageAnswer(
		url,
		page,
		(loaded) => presentShort(serverKind.kind, loaded) as unknown as Json
	);
}

/** A page of a list as its answer. */
export function pageAnswer<Row>(url: URL, page: Page<Row>, present: (row: Row) => Json): Answer {
	const link = [
		linkTo(url, 'next', 'after', page.after),
		linkTo(url, 'prev', 'before', page.before)
	].filter((one) => one !== null);
	return {
		status: 200,
		...(link.length > 0 ? { headers: { link: link.join(', ') } } : {}),
		body: { items: page.rows.map(present), next: page.after, previous: page.before }
	};
}

interface Listed {
	readonly shape: ListShape;
	readonly sorts: Readonly<Record<string, SortColumn>>;
	/** The order of its trash, where there is one. */
	readonly deletion?: SortColumn;
}

/** Which page of which rows the address asks for; throws the Problem `bad_parameter`. */
export function readListRequest({ shape, sorts, deletion }: Listed, params: URLSearchParams) {
	const errors: FieldError[] = [];
	const wrong = (field: string, detail: string) =>
		errors.push({ field, code: 'bad_parameter', detail });
	const known = new Set([...OWN_PARAMETERS, ...(deletion ? ['trash'] : []), ...shape.filters]);
	for (const name of params.keys()) if (!known.has(name)) wrong(name, m.api_fault_unknown_key());
	const trash = params.get('trash') ?? 'false';
	if (trash !== 'true' && trash !== 'false') wrong('trash', m.api_fault_trash());
	const limit = limitIn(params);
	if (limit === null) wrong('limit', m.api_fault_limit({ max: LIMIT_MAX }));
	const asked = params.get('sort') ?? shape.defaultSort;
	const name = asked.replace(/^-/, '');
	if (!shape.sorts.includes(name))
		wrong('sort', m.api_fault_sort({ sorts: shape.sorts.join(', ') }));
	const inTrash = deletion !== undefined && trash === 'true';
	const sort = (inTrash ? deletion : sorts[name]) ?? Object.values(sorts)[0];
	if (!sort) throw new Error('a list has an order');
	for (const cursor of badCursors(params, sort)) wrong(cursor, m.api_fault_cursor());
	if (errors.length > 0) throw new Problem('bad_parameter', { errors });
	const { q, filters } = readListQuery(params, shape);
	const page: PageRequest = {
		...{ sort, descending: inTrash || asked.startsWith('-'), size: limit ?? LIMIT_DEFAULT },
		after: params.get('after') ?? undefined,
		before: params.get('before') ?? undefined
	};
	return { page, query: { q, filters, trash: inTrash } };
}

/** Places that this list did not give out in this order, and one of two that are asked for at once. */
function badCursors(params: URLSearchParams, sort: SortColumn): readonly string[] {
	const cursors = (['after', 'before'] as const).filter((cursor) => params.has(cursor));
	const unknown = cursors.filter((cursor) => !isCursor(sort, params.get(cursor) ?? ''));
	return cursors.length > 1 ? [...unknown, 'before'] : unknown;
}

function limitIn(params: URLSearchParams): number | null {
	const text = params.get('limit') ?? String(LIMIT_DEFAULT);
	const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
	return limit >= 1 && limit <= LIMIT_MAX ? limit : null;
}

/** A link of RFC 8288 to a neighbouring page, or null at the end. */
function linkTo(url: URL, rel: string, parameter: 'after' | 'before', cursor: string | null) {
	if (cursor === null) return null;
	const target = new URL(url);
	target.searchParams.delete('after');
	target.searchParams.delete('before');
	target.searchParams.set(parameter, cursor);
	return `<${target.href}>; rel="${rel}"`;
}
