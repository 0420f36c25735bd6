import { and, asc, desc, eq, inArray, isNotNull, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { KeptAtRecord } from '#lib/records/kept.ts';
import type { Fault, FieldValue } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { keptEdits, users } from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { namesIn } from '#lib/server/records/timeline.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import type { KeptItem, KeptList, KeptQuery } from './schema.ts';

const AT_ONCE = 50;
/** More than this is not counted for a badge. */
const COUNTED = 100;

/** How many texts wait for the actor, as an expression; 100 stands for more. */
export const keptCount = (ctx: Ctx): SQL<number> => sql<number>`(
	select count(*)::int from (
		select 1 from ${keptEdits}
		where ${keptEdits.userId} = ${ctx.actor.id} and ${keptEdits.settledAt} is null
		limit ${COUNTED}
	) waiting
)`;

/** What was typed by the actor and not taken by a record, the newest first; nobody else's. */
export async function listKept(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	{ show, before }: KeptQuery
): Promise<KeptList> {
	const state = show === 'waiting' ? isNull(keptEdits.settledAt) : isNotNull(keptEdits.settledAt);
	const rows = await ownRows(ctx, and(state, before ? olderThan(before) : undefined), AT_ONCE);
	const last = rows.length === AT_ONCE ? rows.at(-1) : undefined;
	return { ...(await itemsOf(ctx, kinds, rows)), before: last?.kept.id ?? null };
}

const MOST_IN_A_FILE = 2_000;

/** Everything that waits for the actor, or one text of his, for a file. */
export async function keptForFile(ctx: Ctx, kinds: readonly ServerKind[], id: string | undefined) {
	const wanted = id ? eq(keptEdits.id, id) : isNull(keptEdits.settledAt);
	const rows = await ownRows(ctx, wanted, MOST_IN_A_FILE);
	const updates = new Map(rows.map(({ kept }) => [kept.id, kept.update]));
	return { ...(await itemsOf(ctx, kinds, rows)), updates };
}

/** Without what could not be applied: its page does not show that. */
const { id, userId, field, reason, fault, value, current } = keptEdits;
const noted = { id, userId, field, reason, fault, value, current };

/**
 * What waits at a record that the actor may read: his own texts, and what others lost to a value of his.
 * With the record's revision, from one statement, so that a page can tell what is newer.
 */
export async function keptAtRecord(
	ctx: Ctx,
	{ kind, table }: ServerKind,
	id: string
): Promise<KeptAtRecord> {
	const me = ctx.actor.id;
	const isMine = eq(keptEdits.userId, me);
	const concernsMe = or(isMine, and(eq(keptEdits.otherId, me), isNull(keptEdits.otherDismissedAt)));
	const rows = await ctx.db
		.select({ rev: table.rev, kept: noted, by: users.name, byId: users.id })
		.from(table as PgTable)
		.leftJoin(
			keptEdits,
			and(
				eq(keptEdits.kind, kind.name),
				eq(keptEdits.recordId, table.id),
				isNull(keptEdits.settledAt),
				isNotNull(keptEdits.field),
				inArray(keptEdits.reason, ['rejected', 'conflict', 'overtaken']),
				concernsMe
			)
		)
		.leftJoin(users, eq(users.id, sql`case when ${isMine} then other_id else user_id end`))
		.where(eq(table.id, id))
		.orderBy(asc(keptEdits.at), asc(keptEdits.id));
	return {
		// Drizzle types the columns of a table it only knows by shape as unknown.
		rev: Number(rows[0]?.rev ?? 0),
		notes: rows.flatMap(({ kept, by, byId }) =>
			kept?.field &&
			(kept.reason === 'rejected' || kept.reason === 'conflict' || kept.reason === 'overtaken')
				? [
						{
							...{ id: kept.id, type: kept.reason, field: kept.field, mine: kept.userId === me },
							// jsonb that keepEdits wrote.
							...{ fault: kept.fault as Fault | null },
							...{ value: kept.value as FieldValue, current: kept.current as FieldValue },
							by: byId !== null && by !== null ? { id: byId, name: by } : null
						}
					]
				: []
		)
	};
}

type OwnRow = Awaited<ReturnType<typeof ownRows>>[number];

const ownRows = (ctx: Ctx, condition: SQL | undefined, limit: number) =>
	ctx.db
		.select({ kept: keptEdits, by: users.name })
		.from(keptEdits)
		.leftJoin(users, eq(users.id, keptEdits.otherId))
		.where(and(eq(keptEdits.userId, ctx.actor.id), condition))
		.orderBy(desc(keptEdits.at), desc(keptEdits.id))
		.limit(limit);

const olderThan = (id: string) =>
	lt(
		sql`(${keptEdits.at}, ${keptEdits.id})`,
		sql`(select k.at, k.id from kept_edits k where k.id = ${id})`
	);

async function itemsOf(ctx: Ctx, kinds: readonly ServerKind[], rows: readonly OwnRow[]) {
	const byKind = Map.groupBy(rows, ({ kept }) => kept.kind);
	const found = await Promise.all(
		[...byKind].map(async ([name, own]) => {
			const serverKind = kinds.find(({ kind }) => kind.name === name);
			return serverKind ? describe(ctx, serverKind, own) : { items: own.map(hidden), names: {} };
		})
	);
	const items = new Map(found.flatMap((one) => one.items).map((item) => [item.id, item]));
	return {
		items: rows.flatMap(({ kept }) => items.get(kept.id) ?? []),
		names: Object.assign({}, ...found.map(({ names }) => names)) as Record<string, string>
	};
}

/** The texts of one kind of record, with the records as the actor sees them now. */
async function describe(ctx: Ctx, serverKind: ServerKind, rows: readonly OwnRow[]) {
	const ids = [...new Set(rows.map(({ kept }) => kept.recordId))];
	const [titles, loaded] = await Promise.all([
		titlesOf(ctx, serverKind, ids),
		Promise.all(ids.map(async (id) => [id, await loadRecord(ctx, serverKind, id)] as const))
	]);
	const records = new Map(loaded);
	const items = rows.map((row): KeptItem => {
		const { field, recordId } = row.kept;
		const record = records.get(recordId);
		const seen = titles.get(recordId);
		const now = record && field !== null ? record.values[field] : undefined;
		return {
			...itemOf(row),
			// What others wrote is shown as long as it may be read; a field's value is JSON.
			...(now === undefined ? {} : { current: now as Json }),
			...(seen ? {} : { current: null, by: null }),
			record: {
				...{ kind: serverKind.kind.name, id: recordId, title: seen?.title ?? null },
				state: record ? 'open' : seen ? 'trashed' : 'hidden'
			},
			mayApply: record ? mayApply(ctx, serverKind, record, row.kept) : false
		};
	});
	const told = await Promise.all(
		items.map((item) => nameable(ctx, serverKind, records.get(item.record.id) ?? null, item))
	);
	return { items, names: await namesIn(ctx, serverKind, told) };
}

/** Only what the record holds or might hold has a name here: nobody learns what a foreign id stands for. */
async function nameable(
	ctx: Ctx,
	{ kind, referable }: ServerKind,
	record: Awaited<ReturnType<typeof loadRecord>>,
	{ field, current, value }: KeptItem
) {
	if (!record || field === null || !kind.fields[field]) return { field, old: null, new: null };
	const ids = [value].flat().filter(isId);
	const known =
		ids.length > 0 ? await referable(ctx, field, ids, record.row, record.values) : new Set();
	return { field, old: current, new: ids.filter((id) => known.has(id)) };
}

async function titlesOf(ctx: Ctx, { table, search, visibleTo }: ServerKind, ids: string[]) {
	const rows = await ctx.db
		.select({ id: table.id, title: search.title })
		.from(table as PgTable)
		.where(and(inArray(table.id, ids), visibleTo(ctx.actor)));
	// As above: both are text.
	return new Map(rows.map(({ id, title }) => [String(id), { title: String(title) }]));
}

function mayApply(
	{ actor }: Ctx,
	{ kind, writable }: ServerKind,
	{ row, values }: NonNullable<Awaited<ReturnType<typeof loadRecord>>>,
	{ field }: OwnRow['kept']
): boolean {
	if (field === null || !Object.hasOwn(kind.fields, field) || !kind.fields[field]?.live)
		return false;
	const own = writable(actor, row, values);
	return own === 'all' || (own !== 'none' && own.has(field));
}

const hidden = (row: OwnRow): KeptItem => ({
	...itemOf(row),
	...{ current: null, by: null },
	record: { kind: row.kept.kind, id: row.kept.recordId, title: null, state: 'hidden' },
	mayApply: false
});

const itemOf = ({ kept, by }: OwnRow): Omit<KeptItem, 'record' | 'mayApply'> => ({
	id: kept.id,
	at: kept.at,
	reason: kept.reason,
	// jsonb that keepEdits wrote.
	fault: kept.fault as Fault | null,
	field: kept.field,
	value: (kept.value ?? null) as Json,
	current: (kept.current ?? null) as Json,
	by: kept.otherId !== null && by !== null ? { id: kept.otherId, name: by } : null,
	settledAt: kept.settledAt,
	settledHow: kept.settledHow
});
