import { and, desc, eq, inArray, lt, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { RecordKind, ReferenceTarget } from '#lib/records/kind.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Ctx } from '../context.ts';
import {
	changes,
	clientTypes,
	companies,
	contacts,
	departments,
	industries,
	leadSources,
	pipelines,
	stages,
	tags,
	users
} from '../db/tables/index.ts';

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

type NamedTable = PgTable & Record<'id', PgColumn>;

const NAMED: Record<ReferenceTarget, { table: NamedTable; name: PgColumn }> = {
	user: { table: users, name: users.name },
	department: { table: departments, name: departments.name },
	company: { table: companies, name: companies.name },
	contact: { table: contacts, name: contacts.fullName },
	pipeline: { table: pipelines, name: pipelines.name },
	stage: { table: stages, name: stages.name },
	tag: { table: tags, name: tags.name },
	industry: { table: industries, name: industries.name },
	clientType: { table: clientTypes, name: clientTypes.name },
	leadSource: { table: leadSources, name: leadSources.name }
};

/**
 * What happened to a record, with the names of what its changes refer to. The caller has made sure that
 * the actor may read the record. One statement, and one more per kind of thing referred to.
 */
export async function listChanges(
	ctx: Ctx,
	kind: RecordKind,
	id: string,
	{ field, before }: { field?: string | undefined; before?: number | undefined } = {}
): Promise<Timeline> {
	const wanted: (SQL | undefined)[] = [
		eq(changes.kind, kind.name),
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
	return { entries, names: await namesIn(ctx, kind, entries), before: last?.rev ?? null };
}

async function namesIn(ctx: Ctx, kind: RecordKind, entries: readonly TimelineEntry[]) {
	const byTarget = new Map<ReferenceTarget, Set<string>>();
	for (const entry of entries) {
		const declared = entry.field === null ? undefined : kind.fields[entry.field];
		if (!declared || !('target' in declared) || !declared.target) continue;
		const ids = byTarget.get(declared.target) ?? new Set();
		for (const id of [entry.old, entry.new].flat()) if (isId(id)) ids.add(id);
		byTarget.set(declared.target, ids);
	}
	const found = await Promise.all(
		[...byTarget].map(([target, ids]) => namesOf(ctx, target, [...ids]))
	);
	return Object.fromEntries(found.flat());
}

async function namesOf(ctx: Ctx, target: ReferenceTarget, ids: readonly string[]) {
	if (ids.length === 0) return [];
	const { table, name } = NAMED[target];
	const rows = await ctx.db
		.select({ id: table.id, name })
		.from(table)
		.where(inArray(table.id, [...ids]));
	// Drizzle types the columns of a table it only knows by shape as unknown; both are text.
	return rows.map((row) => [String(row.id), String(row.name)] as const);
}
