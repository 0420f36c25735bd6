import { and, eq, gte, inArray, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { byId, hasMember, ownedBy } from '#lib/server/db/conditions.ts';
import type { projects, tasks } from '#lib/server/db/tables/index.ts';
import { textMatch } from '#lib/server/db/text-match.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { todayIn } from '#lib/shared/days.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import type { WorkKind } from '../policy.ts';
import { STAGE_TABLES } from './lists.server.ts';

type MemberSet = { readonly record: PgColumn; readonly member: PgColumn };

/** A table of work with its sets and the rule of who sees its rows. */
export interface WorkTable {
	readonly kind: WorkKind;
	readonly table: typeof tasks | typeof projects;
	readonly sets: { readonly responsible: MemberSet; readonly tags: MemberSet };
	readonly visible: SQL;
}

type Wanted = Pick<ListQuery, 'q' | 'filters' | 'trash'>;

/** The work that the actor may see and the address asks for; the trash is for those who may delete. */
export async function workSelection(
	ctx: Ctx,
	work: WorkTable,
	{ q, filters, trash }: Wanted
): Promise<SQL> {
	const { table } = work;
	const wanted = Object.entries(filters).map(([name, value]) => condition(ctx, work, name, value));
	const found = q
		? [await textMatch(ctx.db, q, { table, text: sql`${table.name}`, children: [] })]
		: [];
	const all = and(
		work.visible,
		trash ? and(isNotNull(table.deletedAt), deletable(ctx, work)) : isNull(table.deletedAt),
		...wanted,
		...found
	);
	return all ?? sql`true`;
}

/** Work in the trash that the actor may restore, or null. */
export async function findTrashed(
	ctx: Ctx,
	work: WorkTable,
	id: string
): Promise<{ readonly id: string; readonly name: string } | null> {
	const { table } = work;
	const [found] = await ctx.db
		.select({ id: table.id, name: table.name })
		.from(table)
		.where(and(work.visible, deletable(ctx, work), byId(table.id, id), isNotNull(table.deletedAt)));
	return found ?? null;
}

/** The same rule as canDeleteWork. */
function deletable({ actor }: Ctx, { kind, table }: WorkTable): SQL {
	const scope = scopeOf(actor, kind, 'delete');
	if (scope === 'all') return sql`true`;
	if (scope === null) return sql`false`;
	return sql`(${table.ownerId} = ${actor.id} or ${table.coOwnerId} = ${actor.id})`;
}

function condition(ctx: Ctx, { kind, table, sets }: WorkTable, name: string, value: string): SQL {
	switch (name) {
		case 'owner':
			return ownedBy(table.ownerId, value, ctx.actor.id);
		case 'responsible':
			if (value === 'all') return sql`true`;
			return hasMember(sets.responsible, table.id, value === 'me' ? ctx.actor.id : value);
		case 'active':
			return value === 'all' ? sql`true` : isActive(ctx, kind, table, value !== 'no');
		case 'stage':
			return byId(table.stageId, value);
		case 'tag':
			return hasMember(sets.tags, table.id, value);
		case 'due':
			return dueIs(table.dueOn, todayIn(ctx.actor.timeZone, ctx.now), value);
		default:
			return sql`true`;
	}
}

function isActive({ db }: Ctx, kind: WorkKind, { stageId }: WorkTable['table'], wanted: boolean) {
	const stages = STAGE_TABLES[kind];
	return inArray(
		stageId,
		db.select({ id: stages.id }).from(stages).where(eq(stages.isActive, wanted))
	);
}

function dueIs(dueOn: PgColumn, today: string, value: string): SQL {
	if (value === 'late') return lt(dueOn, today);
	if (value === 'today') return eq(dueOn, today);
	return value === 'none' ? isNull(dueOn) : gte(dueOn, today);
}
