import {
	and,
	desc,
	eq,
	getTableColumns,
	gt,
	inArray,
	isNull,
	like,
	notInArray,
	notLike,
	or,
	sql,
	type SQL
} from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import {
	STREAMS,
	type History,
	type HistoryEntry,
	type Stream,
	type TextVersion
} from '#lib/records/history.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Ctx } from '../context.ts';
import { changes, users } from '../db/tables/index.ts';
import type { ServerKind } from './kind.ts';
import { byOthers, sinceLooked } from './looked.ts';
import { versionAfter } from './versions.ts';

const ENTRIES_AT_ONCE = 50;

interface Shown {
	readonly id: string;
	/** As they are now. */
	readonly values: RecordValues;
}

/**
 * What happened to a record, as its page's address asks: of one field (`history`), by others since a
 * revision (`since`), further back (`before`), and perhaps an earlier text (`version`); and what is new to
 * the actor. The caller has made sure that he may read the record. Two statements, three at the beginning
 * of a field; `namesIn` tells what the entries refer to.
 */
export async function loadHistory(
	ctx: Ctx,
	serverKind: ServerKind,
	shown: Shown,
	params: URLSearchParams
): Promise<Omit<History, 'names'>> {
	const record = { ...shown, kind: serverKind.kind };
	const asked = readParams(record.kind, params);
	const [page, looked, version] = await Promise.all([
		entriesOf(ctx, record, asked),
		sinceLooked(ctx, record.kind.name, record.id),
		asked.field && asked.version ? versionOf(ctx, record, asked.field, asked.version) : null
	]);
	const { field, since, stream } = asked;
	return { ...page, field, since, stream, version, looked };
}

interface Asked {
	readonly field: string | null;
	readonly since: number | null;
	readonly stream: Stream | null;
	readonly before: { readonly rev: number; readonly id: string } | null;
	readonly version: string | null;
}

type OneRecord = Shown & { readonly kind: RecordKind };

/** What cannot be read asks for nothing: an old link still leads to the record. */
function readParams(kind: RecordKind, params: URLSearchParams): Asked {
	const field = params.get('history');
	const [rev, id] = (params.get('before') ?? '').split('.');
	const version = params.get('version');
	return {
		field: field !== null && Object.hasOwn(kind.fields, field) ? field : null,
		since: numberIn(params.get('since')),
		stream: STREAMS.find((stream) => stream === params.get('show')) ?? null,
		before: isId(id) && numberIn(rev) !== null ? { rev: Number(rev), id } : null,
		version: isId(version) ? version : null
	};
}

const numberIn = (text: string | null | undefined) =>
	text && /^\d{1,15}$/.test(text) ? Number(text) : null;

async function entriesOf(
	ctx: Ctx,
	{ kind, id }: OneRecord,
	{ field, since, stream, before }: Asked
) {
	const found = await select(
		ctx,
		kind,
		and(
			eq(changes.kind, kind.name),
			eq(changes.recordId, id),
			field ? eq(changes.field, field) : undefined,
			before
				? sql`(${changes.rev}, ${changes.id}) < (${before.rev}, ${before.id}::uuid)`
				: undefined,
			since === null ? undefined : and(gt(changes.rev, since), byOthers(ctx)),
			stream === null ? undefined : isOfStream(stream),
			// A comment is told once, as it is now.
			notInArray(changes.act, ['comment.edited', 'comment.removed'])
		)
	);
	const entries = found.slice(0, ENTRIES_AT_ONCE);
	const last = found.length > ENTRIES_AT_ONCE ? entries.at(-1) : undefined;
	// Every field began with the record; that entry names none.
	if (field && !last && since === null) entries.push(...(await beginningOf(ctx, kind, id, field)));
	return { entries, older: last ? `${last.rev}.${last.id}` : null };
}

/** The things beside the fields have an index of their own. */
function isOfStream(stream: Stream): SQL | undefined {
	if (stream !== 'change') return and(isNull(changes.field), like(changes.act, `${stream}.%`));
	const others = STREAMS.filter((one) => one !== 'change');
	return and(...others.map((one) => notLike(changes.act, `${one}.%`)));
}

async function select(ctx: Ctx, kind: RecordKind, where: SQL | undefined): Promise<HistoryEntry[]> {
	const rows = await ctx.db
		.select({
			id: changes.id,
			rev: changes.rev,
			at: changes.at,
			actorId: changes.actorId,
			actorName: users.name,
			source: changes.source,
			act: changes.act,
			field: changes.field,
			// jsonb holds JSON.
			old: sql<Json>`case when ${isLong(kind)} then null else ${changes.old} end`,
			new: sql<Json>`case when ${isLong(kind)} then null
				when ${changes.act} = 'comment.added' then ${changes.new} - 'text' else ${changes.new} end`,
			conflict: changes.conflict
		})
		.from(changes)
		.leftJoin(users, eq(users.id, changes.actorId))
		.where(where)
		.orderBy(desc(changes.rev), desc(changes.id))
		.limit(ENTRIES_AT_ONCE + 1);
	return rows.map(({ actorId, actorName, ...entry }) => ({
		...entry,
		actor: personOf(actorId, actorName)
	}));
}

const personOf = (id: string | null, name: string | null) =>
	id !== null && name !== null ? { id, name } : null;

/** Whole texts and whole records are looked at one by one, never fifty at once. */
function isLong({ fields }: RecordKind): SQL {
	const texts = Object.keys(fields).filter((name) => fields[name]?.shape === 'richText');
	const isText = texts.length > 0 ? inArray(changes.field, texts) : undefined;
	return or(and(isNull(changes.field), eq(changes.act, 'create')), isText) ?? sql`false`;
}

async function beginningOf(
	ctx: Ctx,
	kind: RecordKind,
	id: string,
	field: string
): Promise<HistoryEntry[]> {
	const isText = kind.fields[field]?.shape === 'richText';
	const rows = await ctx.db
		.select({ change: changes, value: sql<Json>`${changes.new} -> ${field}`, name: users.name })
		.from(changes)
		.leftJoin(users, eq(users.id, changes.actorId))
		.where(
			and(
				eq(changes.kind, kind.name),
				eq(changes.recordId, id),
				eq(changes.rev, 1),
				eq(changes.act, 'create')
			)
		);
	return rows.map(({ change, value, name }) => ({
		id: change.id,
		rev: change.rev,
		at: change.at,
		actor: personOf(change.actorId, name),
		source: change.source,
		act: change.act,
		field,
		old: null,
		new: isText ? null : value,
		conflict: false
	}));
}

async function versionOf(
	ctx: Ctx,
	{ kind, id, values }: OneRecord,
	field: string,
	entryId: string
): Promise<TextVersion | null> {
	if (kind.fields[field]?.shape !== 'richText') return null;
	return versionAfter(ctx, { kind: kind.name, id, field, current: values[field] ?? null }, entryId);
}

/** Names of what these values refer to, by id. */
export async function namesIn(
	ctx: Ctx,
	{ names }: ServerKind,
	entries: readonly Pick<HistoryEntry, 'field' | 'old' | 'new'>[]
): Promise<Readonly<Record<string, string>>> {
	const byName = new Map<PgColumn, Set<string>>();
	for (const entry of entries) {
		const name = entry.field === null ? undefined : names[entry.field];
		if (!name) continue;
		const ids = byName.get(name) ?? new Set();
		for (const id of [entry.old, entry.new].flat()) if (isId(id)) ids.add(id);
		byName.set(name, ids);
	}
	const found = await Promise.all([...byName].map(([name, ids]) => namesOf(ctx, name, [...ids])));
	return Object.fromEntries(found.flat());
}

/** Names as they are today, of what lies in the trash too. */
async function namesOf(ctx: Ctx, name: PgColumn, ids: readonly string[]) {
	const { id } = getTableColumns(name.table);
	if (!id || ids.length === 0) return [];
	const rows = await ctx.db
		.select({ id, name })
		.from(name.table)
		.where(inArray(id, [...ids]));
	// Drizzle types the columns of a table it only knows by shape as unknown; both are text.
	return rows.map((row) => [String(row.id), String(row.name)] as const);
}
