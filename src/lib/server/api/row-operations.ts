import { isDeepStrictEqual } from 'node:util';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { m } from '#lib/messages/messages.js';
import type { FieldValue } from '#lib/records/values.ts';
import { isId, newId } from '#lib/shared/ids.ts';
import { type Ctx, inTransaction } from '../context.ts';
import { keysetPage, type PageRequest, toPage } from '../db/keyset.ts';
import { NotFound } from '../errors.ts';
import { readBody } from './body.ts';
import { expectRevision, isKnown } from './condition.ts';
import { pageAnswer, readListRequest } from './list.ts';
import type { Answer, ApiRequest, Operation } from './operations.ts';
import { etagOf, presentRow } from './present.ts';
import { Problem } from './problem.ts';
import type { Outcome } from './resource.ts';
import type { RowFields, RowResource, StoredRow } from './row-resource.ts';

/** Everything that can be done with rows beside records. */
export function rowOperationsOf(resource: RowResource): readonly Operation[] {
	const [all, one] = [`/${resource.path}`, `/${resource.path}/{id}`];
	const { fresh, create, remove } = resource;
	return [
		{
			...{ name: 'list', method: 'GET', path: all, resource },
			run: (ctx, request) => listRows(ctx, resource, request.url)
		},
		...(fresh && create ? [createOperation(resource, all)] : []),
		{
			...{ name: 'get', method: 'GET', path: one, resource },
			run: (ctx, request) => getRow(ctx, resource, request)
		},
		{
			...{ name: 'change', method: 'PATCH', path: one, resource },
			run: (ctx, request) => changeRow(ctx, resource, request)
		},
		...(remove ? [removeOperation(resource, one)] : [])
	];
}

const createOperation = (resource: RowResource, path: string): Operation => ({
	...{ name: 'create', method: 'POST', path, resource },
	run: (ctx, request) => createRow(ctx, resource, request)
});

const removeOperation = (resource: RowResource, path: string): Operation => ({
	...{ name: 'remove', method: 'DELETE', path, resource },
	run: (ctx, request) => removeRow(ctx, resource, request)
});

async function listRows(ctx: Ctx, resource: RowResource, url: URL): Promise<Answer> {
	const { page: request, query } = readListRequest(resource, url.searchParams);
	const page = await pageOf(ctx, resource, resource.select(ctx, query), request);
	return pageAnswer(url, page, ({ row }) => presentRow(row, resource.present(row)));
}

async function pageOf(ctx: Ctx, { table }: RowResource, selected: SQL, request: PageRequest) {
	const { page, order } = keysetPage(table, selected, request);
	const found = await ctx.db
		.select({ id: table.id, row: table, key: sql<string | null>`page.key` })
		.from(sql`(${page}) page`)
		.innerJoin(table, sql`${table.id} = page.id`)
		.orderBy(order);
	// A row of the resource's own table.
	return toPage(found as unknown as { id: string; row: StoredRow; key: string | null }[], request);
}

/** The row, if there is one that the caller may see. */
async function findRow(ctx: Ctx, resource: RowResource, id: string): Promise<StoredRow | null> {
	if (!isId(id)) return null;
	const { table } = resource;
	const seen = resource.select(ctx, { q: '', filters: {} });
	const rows = await ctx.db
		.select()
		.from(table)
		.where(sql`${table.id} = ${id} and ${seen}`);
	return (rows[0] ?? null) as StoredRow | null; // of the resource's own table
}

async function expectRow(ctx: Ctx, resource: RowResource, id: string): Promise<StoredRow> {
	const row = await findRow(ctx, resource, id);
	if (!row) throw new NotFound(resource.noun);
	return row;
}

async function getRow(ctx: Ctx, resource: RowResource, request: ApiRequest): Promise<Answer> {
	const row = await expectRow(ctx, resource, request.id);
	const headers = { etag: etagOf(row.rev), 'cache-control': 'private, no-cache' };
	if (isKnown(request.header('if-none-match'), row.rev)) return { status: 304, headers };
	return { status: 200, headers, body: presentRow(row, resource.present(row)) };
}

/** The row as it is now; nothing when the caller may not see it any more. */
async function answerWith(
	ctx: Ctx,
	resource: RowResource,
	id: string,
	status: number
): Promise<Answer> {
	const row = await findRow(ctx, resource, id);
	if (!row) return { status: 204 };
	const headers = { etag: etagOf(row.rev) };
	return { status, headers, body: presentRow(row, resource.present(row)) };
}

const Fields = z.record(z.string(), z.unknown());
const NewRow = z.strictObject({
	id: z.string().refine(isId, 'not_a_reference').toLowerCase().optional(),
	fields: Fields
});

async function createRow(ctx: Ctx, resource: RowResource, request: ApiRequest): Promise<Answer> {
	const { fresh, create } = resource;
	if (!fresh || !create) throw new Error(`${resource.path}: none is made here`);
	const { id = newId(), fields: given } = readBody(NewRow, request.body, resource.phrase);
	const fields = readBody(fresh, given, resource.phrase);
	const made = await create.call(resource, ctx, id, fields);
	// An id that is taken is refused like one that is none, so that nobody can probe for rows.
	if ('isTaken' in made) throw invalid(resource, 'id', 'not_a_reference');
	expectDone(resource, made);
	const location = `${request.url.origin}/api/v1/${resource.path}/${id}`;
	const answer = await answerWith(ctx, resource, id, 201);
	return { ...answer, headers: { ...answer.headers, location } };
}

const Change = z.strictObject({ fields: Fields, base: Fields.optional() });

async function changeRow(ctx: Ctx, resource: RowResource, request: ApiRequest): Promise<Answer> {
	await underCondition(ctx, resource, request, async (ctx, row) => {
		const { fields: given, base = {} } = readBody(Change, request.body);
		const wished = resource.writable.partial();
		const fields = readBody(wished, given, resource.phrase) as RowFields; // in the form of answers
		const seen = readBody(wished, base, resource.phrase) as RowFields;
		const current = resource.present(row);
		if (request.header('if-match') === null) expectBases(fields, seen);
		expectUnchanged(seen, current, resource);
		const whole = Object.keys(resource.writable.shape).map((name) => [
			name,
			Object.hasOwn(fields, name) ? fields[name] : current[name]
		]);
		const changes = Object.entries(fields).some(
			([name, value]) => !isDeepStrictEqual(value, current[name])
		);
		if (changes) expectDone(resource, await resource.change(ctx, row, Object.fromEntries(whole)));
	});
	return answerWith(ctx, resource, request.id, 200);
}

async function removeRow(ctx: Ctx, resource: RowResource, request: ApiRequest): Promise<Answer> {
	await underCondition(ctx, resource, request, async (ctx, { id }) => {
		const removed = await resource.remove?.(ctx, id);
		if (removed) expectDone(resource, removed);
	});
	return { status: 204 };
}

/** Runs `work` on the row as it is once nobody else can change it, if it is at the revision that If-Match names. */
function underCondition(
	ctx: Ctx,
	resource: RowResource,
	{ id, header }: ApiRequest,
	work: (ctx: Ctx, row: StoredRow) => Promise<void>
): Promise<void> {
	return inTransaction(ctx, async (ctx) => {
		await resource.lock(ctx, await expectRow(ctx, resource, id));
		const row = await expectRow(ctx, resource, id);
		expectRevision(header('if-match'), row.rev);
		await work(ctx, row);
	});
}

/** Whoever replaces a value says what he saw. */
function expectBases(fields: RowFields, seen: RowFields): void {
	const errors = Object.keys(fields)
		.filter((field) => !Object.hasOwn(seen, field))
		.map((field) => ({ field, code: 'base_required', detail: m.api_fault_base_required() }));
	if (errors.length > 0) throw new Problem('precondition_required', { errors });
}

function expectUnchanged(seen: RowFields, current: RowFields, { phrase }: RowResource): void {
	const errors = Object.entries(seen)
		.filter(([field, value]) => !isDeepStrictEqual(value, current[field]))
		.map(([field]) => ({
			...{ field, code: 'stale', detail: phrase('stale') },
			current: (current[field] ?? null) as FieldValue // JSON, like a field's value
		}));
	if (errors.length > 0) throw new Problem('stale', { errors });
}

function expectDone(resource: RowResource, outcome: Outcome): void {
	if (outcome.ok) return;
	if (!('error' in outcome)) throw new Error('a refusal of a row has a reason');
	const field = resource.refusedFields[outcome.error] ?? '';
	const detail = resource.phrase(outcome.error);
	throw new Problem('refused', { errors: [{ field, code: outcome.error, detail }] });
}

const invalid = ({ phrase }: RowResource, field: string, code: string) =>
	new Problem('invalid', { errors: [{ field, code, detail: phrase(code) }] });
