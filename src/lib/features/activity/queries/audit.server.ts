import { and, desc, eq, getTableColumns, gte, inArray, lt, or, sql, type SQL } from 'drizzle-orm';
import { alias, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { changes, users } from '#lib/server/db/tables/index.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { announce, INSTALLATION } from '#lib/server/records/announce.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { namesIn } from '#lib/server/records/timeline.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import { daysAfter, instantIn } from '#lib/shared/days.ts';
import { mayReadAudit } from '../policy.ts';
import type { AuditQuery } from '../schema.ts';

const PAGE = 50;
/** So many entries are looked through for what no index finds; further back one asks again. */
const LOOKED_THROUGH = 20_000;

/** One thing that was done, whatever it was done to. */
export interface AuditEntry {
	readonly id: string;
	readonly at: Date;
	readonly actor: { readonly id: string; readonly name: string } | null;
	readonly kind: string;
	readonly recordId: string;
	readonly rev: number;
	readonly batchId: string | null;
	readonly source: string;
	readonly act: string;
	readonly field: string | null;
	readonly old: Json;
	readonly new: Json;
	readonly conflict: boolean;
}

export interface AuditPage {
	/** The newest first. */
	readonly entries: readonly AuditEntry[];
	/** The next page begins behind this entry; null at the end. */
	readonly before: string | null;
	/** It ends here only because so many entries were looked through; there may be more behind. */
	readonly lookedUntil: Date | null;
	/** What the records are called, by kind and id; of those that are gone there is none. */
	readonly titles: Readonly<Record<string, string>>;
	/** Names of what the values refer to. */
	readonly names: Readonly<Record<string, string>>;
}

/** One page of everything that was done. Throws Forbidden. */
export async function listAudit(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	query: AuditQuery
): Promise<AuditPage> {
	if (!mayReadAudit(ctx.actor)) throw new Forbidden('audit');
	const page = await entriesFor(ctx, kinds, query, PAGE);
	const byKind = Map.groupBy(page.entries, ({ kind }) => kind);
	const known = kinds.filter(({ kind }) => byKind.has(kind.name));
	const own = (serverKind: ServerKind) => byKind.get(serverKind.kind.name) ?? [];
	const [titles, names, people] = await Promise.all([
		Promise.all(known.map((one) => titlesOf(ctx, one, own(one)))),
		Promise.all(known.map((one) => namesIn(ctx, one, own(one).flatMap(fieldByField)))),
		namesOfUsers(ctx, peopleIn(page.entries))
	]);
	return {
		...page,
		titles: Object.fromEntries([
			...titles.flat(),
			...people.map(({ id, name }) => [keyOf('user', id), name] as const)
		]),
		// Each kind's names, in one map: ids are unique.
		names: Object.assign(
			Object.fromEntries(people.map(({ id, name }) => [id, name])),
			...names
		) as Record<string, string>
	};
}

/** The same, every entry of it, page by page; that somebody took it along is itself noted. */
export async function* auditLines(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	query: AuditQuery
): AsyncGenerator<readonly AuditEntry[]> {
	if (!mayReadAudit(ctx.actor)) throw new Forbidden('audit');
	await announce(ctx, { ...INSTALLATION, act: 'export_audit', new: query });
	for (let before = query.before; ;) {
		const page = await entriesFor(ctx, kinds, { ...query, before }, 500);
		yield page.entries;
		if (page.before === null) return;
		before = page.before;
	}
}

/** What there is to filter by. */
export async function listAuditChoices(ctx: Ctx) {
	if (!mayReadAudit(ctx.actor)) throw new Forbidden('audit');
	return ctx.db
		.select({ id: users.id, name: users.name })
		.from(users)
		.orderBy(users.name, users.id);
}

const actor = alias(users, 'actor');

interface Found {
	readonly entries: readonly AuditEntry[];
	readonly before: string | null;
	readonly lookedUntil: Date | null;
}

async function entriesFor(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	query: AuditQuery,
	size: number
): Promise<Found> {
	const wanted = await readSearch(ctx, kinds, query.q);
	if (wanted === 'nothing') return { entries: [], before: null, lookedUntil: null };
	const quick = and(timeOf(ctx, query), query.actor ? eq(changes.actorId, query.actor) : undefined);
	const slow = and(
		query.kind ? eq(changes.kind, query.kind) : undefined,
		query.act ? eq(changes.act, query.act) : undefined,
		wanted?.slow
	);
	// What an index finds, or what has no further condition, need not be looked through.
	if (wanted?.quick || !slow) return select(ctx, and(quick, wanted?.quick, slow), size);
	const looked = ctx.db
		.select({ id: changes.id })
		.from(changes)
		.where(quick)
		.orderBy(desc(changes.id))
		.limit(LOOKED_THROUGH);
	const [end] = await ctx.db
		.select({ id: sql<string>`looked.id`, count: sql<number>`(count(*) over ())::int` })
		.from(sql`(${looked}) looked`)
		.orderBy(sql`looked.id`)
		.limit(1);
	if (!end) return { entries: [], before: null, lookedUntil: null };
	const found = await select(ctx, and(quick, gte(changes.id, end.id), slow), size);
	if (found.before !== null || end.count < LOOKED_THROUGH) return found;
	return { ...found, before: end.id, lookedUntil: timeIn(end.id) };
}

async function select(ctx: Ctx, where: SQL | undefined, size: number): Promise<Found> {
	const rows = await ctx.db
		.select({ ...getTableColumns(changes), actorName: actor.name })
		.from(changes)
		.leftJoin(actor, eq(actor.id, changes.actorId))
		.where(where)
		.orderBy(desc(changes.id))
		.limit(size + 1);
	const entries = rows.slice(0, size).map(({ actorId, actorName, ...entry }): AuditEntry => ({
		...entry,
		actor: actorId !== null && actorName !== null ? { id: actorId, name: actorName } : null,
		// jsonb holds JSON.
		...{ old: entry.old as Json, new: entry.new as Json }
	}));
	const last = rows.length > size ? entries.at(-1) : undefined;
	return { entries, before: last?.id ?? null, lookedUntil: null };
}

/** Ids are made in the order of time, so that a day is a stretch of them. */
function timeOf(ctx: Ctx, { from, to, before }: AuditQuery): SQL | undefined {
	const { timeZone } = ctx.actor;
	return and(
		from ? gte(changes.id, firstIdAt(instantIn(timeZone, from, '00:00'))) : undefined,
		to ? lt(changes.id, firstIdAt(instantIn(timeZone, daysAfter(to, 1), '00:00'))) : undefined,
		before ? lt(changes.id, before) : undefined
	);
}

function firstIdAt(at: Date): string {
	const hex = Math.max(0, at.getTime()).toString(16).padStart(12, '0');
	return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

const timeIn = (id: string) => new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16));

interface Search {
	/** Answered by an index. */
	readonly quick?: SQL;
	readonly slow?: SQL;
}

/** "ID 12" is every record with that number, an id the entry or the object that has it; else a text. */
async function readSearch(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	q: string
): Promise<Search | 'nothing' | null> {
	if (q === '') return null;
	const text = q.replace(/^id[\s:#]*/i, '').toLowerCase();
	if (isId(text)) {
		const quick = or(eq(changes.id, text), await isAmong(ctx, [text]));
		return quick ? { quick } : 'nothing';
	}
	const [, number] = /^id[\s:#]*(\d{1,15})$/i.exec(q) ?? [];
	if (number !== undefined) {
		const ids = await Promise.all(
			kinds.map(({ table }) =>
				ctx.db
					.select({ id: table.id })
					.from(table as PgTable)
					.where(eq(table.number, Number(number)))
			)
		);
		const quick = await isAmong(
			ctx,
			ids.flat().map(({ id }) => String(id))
		);
		return quick ? { quick } : 'nothing';
	}
	// As JSON writes it.
	const inside = likePattern(JSON.stringify(q).slice(1, -1));
	return {
		slow: sql`(${changes.act} ilike ${likePattern(q)} or ${changes.field} ilike ${likePattern(q)}
			or ${changes.old}::text ilike ${inside} or ${changes.new}::text ilike ${inside})`
	};
}

/** The index of changes begins with the kind, of which there are few. */
async function isAmong(ctx: Ctx, ids: readonly string[]): Promise<SQL | undefined> {
	if (ids.length === 0) return undefined;
	const kinds = await ctx.db.execute<{ kind: string }>(sql`
		with recursive known as (
			(select kind from changes order by kind limit 1)
			union all
			select (select c.kind from changes c where c.kind > known.kind order by c.kind limit 1)
			from known where known.kind is not null
		)
		select kind from known where kind is not null`);
	if (kinds.length === 0) return undefined;
	return and(
		inArray(
			changes.kind,
			kinds.map(({ kind }) => kind)
		),
		inArray(changes.recordId, [...ids])
	);
}

const keyOf = (kind: string, id: string) => `${kind}/${id}`;

async function titlesOf(
	ctx: Ctx,
	{ kind, table, search, visibleTo }: ServerKind,
	entries: readonly AuditEntry[]
): Promise<(readonly [string, string])[]> {
	const ids = [...new Set(entries.map(({ recordId }) => recordId))];
	const rows = await ctx.db
		.select({ id: table.id as PgColumn, title: search.title, number: table.number as PgColumn })
		.from(table as PgTable)
		.where(and(inArray(table.id, ids), visibleTo(ctx.actor)));
	return rows.map(({ id, title }) => [keyOf(kind.name, String(id)), String(title)] as const);
}

/** The values with which a record began, one by one. */
function fieldByField(entry: AuditEntry): readonly Pick<AuditEntry, 'field' | 'old' | 'new'>[] {
	if (entry.field !== null || entry.act !== 'create') return [entry];
	return Object.entries(partsOf(entry.new)).map(([field, value]) => ({
		...{ field, old: null, new: value }
	}));
}

const partsOf = (value: Json): Readonly<Record<string, Json>> =>
	typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Readonly<Record<string, Json>>)
		: {};

/** People that entries are about, and those who are mentioned in comments. */
function peopleIn(entries: readonly AuditEntry[]): readonly string[] {
	const ids = entries.flatMap(({ kind, recordId, act, old, new: fresh }) => [
		...(kind === 'user' ? [recordId] : []),
		...(act.startsWith('comment.') ? [partsOf(old), partsOf(fresh)] : []).flatMap(
			({ mentions = [] }) => [mentions].flat().filter(isId)
		)
	]);
	return [...new Set(ids)];
}

async function namesOfUsers(ctx: Ctx, ids: readonly string[]) {
	if (ids.length === 0) return [];
	return ctx.db
		.select({ id: users.id, name: users.name })
		.from(users)
		.where(inArray(users.id, [...ids]));
}
