import { and, eq, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { scopeOf, type Actor, type Entity, type Scope, type Verb } from '#lib/shared/actor.ts';

interface BelongingColumns {
	readonly departmentId: PgColumn;
	readonly ownerId: PgColumn;
}

/**
 * SQL condition for the records of a department-owned table on which the actor's rights allow `verb`;
 * the same rule as `allows` in policy.ts. `coOwned` is the condition "the actor is a co-owner of it".
 */
export function departmentScope(
	actor: Actor,
	entity: Entity,
	table: BelongingColumns,
	{ verb = 'read', coOwned }: { verb?: Verb; coOwned?: SQL } = {}
): SQL {
	const wanted = within(scopeOf(actor, entity, verb), actor, table, coOwned);
	if (verb === 'read' || verb === 'create') return wanted;
	return allOf(wanted, within(scopeOf(actor, entity, 'read'), actor, table, coOwned));
}

function within(
	scope: Scope | null,
	actor: Actor,
	table: BelongingColumns,
	coOwned: SQL | undefined
): SQL {
	if (scope === null) return sql`false`;
	if (scope === 'all') return sql`true`;
	if (scope === 'department') return inArray(table.departmentId, [...actor.departmentIds]);
	return or(eq(table.ownerId, actor.id), coOwned) ?? sql`false`;
}

const allOf = (one: SQL, other: SQL): SQL => and(one, other) ?? sql`false`;
