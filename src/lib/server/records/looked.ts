import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { SinceLooked } from '#lib/records/history.ts';
import type { KindName } from '#lib/records/kind.ts';
import { isId } from '#lib/shared/ids.ts';
import type { Ctx } from '../context.ts';
import { changes, recordViews, users } from '../db/tables/index.ts';
import { NotFound } from '../errors.ts';
import type { ServerKind } from './kind.ts';

/** Notes that the actor has seen the record as it is now. Throws NotFound. */
export async function lookAt(ctx: Ctx, { kind, table, visibleTo }: ServerKind, id: string) {
	if (!isId(id)) throw new NotFound(kind.name);
	const seen = ctx.db
		.select({
			userId: sql`${ctx.actor.id}::uuid`.as('user_id'),
			kind: sql`${kind.name}::text`.as('kind'),
			recordId: sql`${table.id}`.as('record_id'),
			rev: sql`${table.rev}`.as('rev'),
			at: sql`${ctx.now.toISOString()}::timestamptz`.as('at')
		})
		.from(table as PgTable)
		.where(and(eq(table.id, id), isNull(table.deletedAt), visibleTo(ctx.actor)));
	const noted = await ctx.db
		.insert(recordViews)
		.select(seen)
		.onConflictDoUpdate({
			target: [recordViews.userId, recordViews.kind, recordViews.recordId],
			set: { rev: sql`greatest(${recordViews.rev}, excluded.rev)`, at: sql`excluded.at` }
		})
		.returning({ rev: recordViews.rev });
	if (noted.length === 0) throw new NotFound(kind.name);
}

/** Whoever looks knows what he did himself; a change of nobody's is another's too. */
export const byOthers = (ctx: Ctx) => sql`${changes.actorId} is distinct from ${ctx.actor.id}`;

const CHANGES_TOLD = 200;

/** What others did since the actor last looked; null when he never has, or nothing. One statement. */
export async function sinceLooked(
	ctx: Ctx,
	kind: KindName,
	id: string
): Promise<SinceLooked | null> {
	const rows = await ctx.db
		.select({
			rev: recordViews.rev,
			lookedAt: recordViews.at,
			field: changes.field,
			at: changes.at,
			name: users.name
		})
		.from(recordViews)
		.innerJoin(changes, and(isOf(kind), sql`${changes.rev} > ${recordViews.rev}`, byOthers(ctx)))
		.leftJoin(users, eq(users.id, changes.actorId))
		.where(and(viewedBy(ctx, kind), eq(recordViews.recordId, id)))
		.orderBy(desc(changes.rev), desc(changes.id))
		.limit(CHANGES_TOLD);
	const [first] = rows;
	if (!first) return null;
	const told = new Map<string, SinceLooked['changes'][number]>();
	for (const { field, at, name } of rows) {
		const key = `${field} ${name}`;
		if (!told.has(key)) told.set(key, { field, at, name });
	}
	return { rev: first.rev, at: first.lookedAt, changes: [...told.values()] };
}

/** Those of the records that others have changed since the actor last looked. One statement for a page. */
export async function changedSinceLooked(
	ctx: Ctx,
	kind: KindName,
	ids: readonly string[]
): Promise<readonly string[]> {
	if (ids.length === 0) return [];
	const rows = await ctx.db
		.select({ id: recordViews.recordId })
		.from(recordViews)
		.where(
			and(
				viewedBy(ctx, kind),
				inArray(recordViews.recordId, [...ids]),
				sql`exists (select from ${changes} where ${isOf(kind)}
					and ${changes.rev} > ${recordViews.rev} and ${byOthers(ctx)})`
			)
		);
	return rows.map(({ id }) => id);
}

const isOf = (kind: KindName) =>
	and(eq(changes.kind, kind), eq(changes.recordId, recordViews.recordId));

const viewedBy = (ctx: Ctx, kind: KindName) =>
	and(eq(recordViews.userId, ctx.actor.id), eq(recordViews.kind, kind));

/** A record that others have changed since the actor last looked at it. */
export interface ChangedRecord {
	readonly kind: KindName;
	readonly recordId: string;
	readonly title: string;
	readonly at: Date;
	/** Who did it. */
	readonly people: readonly string[];
}

/** Records of any kind that others have changed since the actor last looked, the latest change first. One statement. */
export async function recordsChangedSinceLooked(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	limit: number
): Promise<readonly ChangedRecord[]> {
	const changed = kinds.map(
		({ kind, table, search, visibleTo }) => sql`
			select ${kind.name}::text as "kind", ${table.id} as "recordId", ${search.title}::text as "title",
				news.at as "at", news.people as "people"
			from ${recordViews}
			join ${table} on ${table.id} = ${recordViews.recordId} and ${table.rev} > ${recordViews.rev}
			cross join lateral (
				select max(${changes.at}) as at,
					coalesce(json_agg(distinct ${users.name}) filter (where ${users.name} is not null), '[]') as people
				from ${changes} left join ${users} on ${users.id} = ${changes.actorId}
				where ${isOf(kind.name)} and ${changes.rev} > ${recordViews.rev} and ${byOthers(ctx)}
			) news
			where ${viewedBy(ctx, kind.name)} and ${table.deletedAt} is null and news.at is not null
				and ${visibleTo(ctx.actor)}`
	);
	if (changed.length === 0) return [];
	const rows = await ctx.db.execute<ChangedRow>(sql`
		select * from (${sql.join(changed, sql` union all `)}) changed
		order by changed.at desc limit ${limit}`);
	return [...rows].map((row) => ({ ...row, at: new Date(row.at) }));
}

interface ChangedRow extends Record<string, unknown> {
	readonly kind: KindName;
	readonly recordId: string;
	readonly title: string;
	readonly at: string | Date;
	readonly people: readonly string[];
}
