import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import {
	clientTypes,
	companies,
	departmentMembers,
	departments,
	industries,
	leadSources,
	rolePermissions,
	tags,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import { scopeOf } from '#lib/shared/actor.ts';

export interface Choice {
	readonly id: string;
	readonly name: string;
	readonly departmentId: string;
}

/** What fields and filters of counterparties offer, by name; a choice counts for its department only. */
export interface Choices {
	/** Active people whose roles let them work on records, once per department. */
	readonly owners: readonly Choice[];
	readonly tags: readonly Choice[];
	readonly types: readonly Choice[];
	readonly industries: readonly Choice[];
	readonly sources: readonly Choice[];
	readonly departments: readonly Omit<Choice, 'departmentId'>[];
	/** Codes of the countries that some company is in. */
	readonly countries: readonly string[];
}

/** All choices of the departments that the actor can read companies of, in one statement. */
export async function listChoices(ctx: Ctx): Promise<Choices> {
	const everywhere = scopeOf(ctx.actor, 'company', 'read') === 'all';
	const known = (departmentId: PgColumn): SQL =>
		everywhere ? sql`true` : inArray(departmentId, [...ctx.actor.departmentIds]);
	// In the FROM part: there drizzle writes columns with their tables, among the fields it would not.
	const all = sql`(select
		${ownersOf(known(departmentMembers.departmentId))} as owners,
		${namesOf(tags, known(tags.departmentId))} as tags,
		${namesOf(clientTypes, known(clientTypes.departmentId))} as types,
		${namesOf(industries, known(industries.departmentId))} as industries,
		${namesOf(leadSources, known(leadSources.departmentId))} as sources,
		${departmentsOf(known(departments.id))} as departments,
		${countriesInUse} as countries) choices`;
	const [found] = await ctx.db
		.select({
			owners: sql<Choice[]>`choices.owners`,
			tags: sql<Choice[]>`choices.tags`,
			types: sql<Choice[]>`choices.types`,
			industries: sql<Choice[]>`choices.industries`,
			sources: sql<Choice[]>`choices.sources`,
			departments: sql<Omit<Choice, 'departmentId'>[]>`choices.departments`,
			countries: sql<string[]>`choices.countries`
		})
		.from(all);
	if (!found) throw new Error('a select without a table answers one row');
	return found;
}

const namesOf = (
	table: PgTable & Record<'id' | 'name' | 'departmentId', PgColumn>,
	known: SQL
) => sql`(
	select coalesce(json_agg(json_build_object(
		'id', ${table.id}, 'name', ${table.name}, 'departmentId', ${table.departmentId}) order by ${table.name}), '[]')
	from ${table} where ${known})`;

const ownersOf = (known: SQL) => sql`(
	select coalesce(json_agg(json_build_object(
		'id', ${users.id}, 'name', ${users.name}, 'departmentId', ${departmentMembers.departmentId}) order by ${users.name}), '[]')
	from ${users}
	join ${userProfiles} on ${and(eq(userProfiles.userId, users.id), eq(userProfiles.active, true))}
	join ${departmentMembers} on ${departmentMembers.userId} = ${users.id}
	where ${known} and exists (
		select from ${userRoles} join ${rolePermissions} on ${rolePermissions.roleId} = ${userRoles.roleId}
		where ${userRoles.userId} = ${users.id} and ${rolePermissions.verb} = 'update'
			and ${rolePermissions.entity} in ('company', 'contact', 'deal')))`;

const departmentsOf = (known: SQL) => sql`(
	select coalesce(json_agg(json_build_object('id', ${departments.id}, 'name', ${departments.name}) order by ${departments.name}), '[]')
	from ${departments} where ${known})`;

/** Jumps from one country to the next through the index instead of reading every company. */
const countriesInUse = sql`(
	with recursive used as (
		(select ${companies.country} as code from ${companies}
		where ${companies.country} is not null order by ${companies.country} limit 1)
		union all
		select (select ${companies.country} from ${companies} where ${companies.country} > used.code
			order by ${companies.country} limit 1) from used where used.code is not null
	)
	select coalesce(json_agg(code order by code), '[]') from used where code is not null)`;
