import { and, desc, eq, getTableColumns, inArray, lt, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Ctx } from '../context.ts';
import { changes, users } from '../db/tables/index.ts';
import type { ServerKind } from './kind.ts';

export interface TimelineEntry {
	readonly id: string;
	readonly rev: number;
	readonly at: Date;
	readonly actor: { readonly id: string; readonly name: string } | null;
	readonly source: string;
	readonly act: string;
	/** Null for what happened to the record as a whole. */
	readonly field: string | null;
	readonly old: Json;
	readonly new: Json;
}

export interface Timeline {
	/** The newest first. */
	readonly entries: readonly TimelineEntry[];
	/** Names of everything that the entries refer to. */
	readonly names: Readonly<Record<string, string>>;
	/** Where the next page begins; null at the end. */
	readonly before: number | null;
}

const ENTRIES_AT_ONCE = 50;

/**
 * What happened to a record, with the names of what its changes refer to. The caller has made sure that
 * the actor may read the record. One statement, and one more per kind of thing referred to.
 */
export async function listChanges(
	ctx: Ctx,
	serverKind: ServerKind,
	id: string,
	{ field, before }: { field?: string | undefined; before?: number | undefined } = {}
): Promise<Timeline> {
	const wanted: (SQL | undefined)[] = [
		eq(changes.kind, serverKind.kind.name),
		eq(changes.recordId, id),
		field ? eq(changes.field, field) : undefined,
		before === undefined ? undefined : lt(changes.rev, before)
	];
	const rows = await ctx.db
		.select({ change: changes, actorName: users.name })
		.from(changes)
		.leftJoin(users, eq(users.id, changes.actorId))
		.where(and(...wanted))
		.orderBy(desc(changes.rev), desc(changes.id))
		.limit(ENTRIES_AT_ONCE);
	const entries = rows.map(({ change, actorName }) => ({
		id: change.id,
		rev: change.rev,
		at: change.at,
		actor: change.actorId && actorName !== null ? { id: change.actorId, name: actorName } : null,
		source: change.source,
		act: change.act,
		field: change.field,
		// jsonb holds JSON.
		old: (change.old ?? null) as Json,
		new: (change.new ?? null) as Json
	}));
	const last = entries.length === ENTRIES_AT_ONCE ? entries.at(-1) : undefined;
	return { entries, names: await namesIn(ctx, serverKind, entries), before: last?.rev ?? null };
}

async function namesIn(ctx: Ctx, { names }: ServerKind, entries: readonly TimelineEntry[]) {
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
