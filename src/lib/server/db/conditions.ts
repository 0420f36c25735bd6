import { eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { isId } from '#lib/shared/ids.ts';

/** The row with this id; a link with an id that is none finds nothing. */
export const byId = (column: PgColumn, id: string): SQL => (isId(id) ? eq(column, id) : sql`false`);

/** Rows of this owner; "me" is the actor, "nobody" stands for rows without one. */
export function ownedBy(column: PgColumn, owner: string, actorId: string): SQL {
	if (owner === 'nobody') return isNull(column);
	return byId(column, owner === 'me' ? actorId : owner);
}

/** Rows that have this member in one of their sets (a tag, an industry). */
export const hasMember = (
	set: { readonly record: PgColumn; readonly member: PgColumn },
	row: PgColumn,
	id: string
): SQL =>
	isId(id)
		? sql`exists (select from ${set.record.table} where ${set.record} = ${row} and ${set.member} = ${id})`
		: sql`false`;

export interface Named {
	readonly id: string;
	readonly name: string;
}

/** The members of a row's set with their names, in order, as one value of the row. */
export const membersNamed = (
	set: { readonly record: PgColumn; readonly member: PgColumn },
	row: PgColumn,
	of: { readonly id: PgColumn; readonly name: PgColumn }
): SQL<Named[]> => sql<Named[]>`(
	select coalesce(json_agg(json_build_object('id', ${of.id}, 'name', ${of.name}) order by ${of.name}), '[]')
	from ${set.record.table} join ${of.id.table} on ${of.id} = ${set.member}
	where ${set.record} = ${row})`;
