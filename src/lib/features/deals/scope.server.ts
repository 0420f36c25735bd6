import { inArray, type SQL, sql } from 'drizzle-orm';
import { dealCoOwners, deals } from '#lib/server/db/tables/index.ts';
import { type Actor, scopeOf, type Verb } from '#lib/shared/actor.ts';
import type { BesideDeal } from './policy.ts';

/**
 * SQL condition over `deals`: those whose line items, shipments or payments the actor may treat like this;
 * the same rule as `canBesideDeal`. Rows of deals in the trash are nobody's.
 */
export function rowsOfDeals(actor: Actor, entity: BesideDeal, verb: Verb = 'read'): SQL {
	const reached = within(actor, entity, verb);
	const read = verb === 'read' ? sql`true` : within(actor, entity, 'read');
	return sql`(${deals.deletedAt} is null and ${reached} and ${read})`;
}

/** SQL condition over `deals`: this person owns or co-owns it. */
export const ownedOrCoOwned = (userId: string): SQL =>
	sql`(${deals.ownerId} = ${userId} or exists (
		select from ${dealCoOwners} where ${dealCoOwners.dealId} = ${deals.id} and ${dealCoOwners.userId} = ${userId}))`;

function within(actor: Actor, entity: BesideDeal, verb: Verb): SQL {
	switch (scopeOf(actor, entity, verb)) {
		case 'all':
			return sql`true`;
		case 'department':
			return sql`(${inArray(deals.departmentId, [...actor.departmentIds])} or ${ownedOrCoOwned(actor.id)})`;
		case 'own':
			return ownedOrCoOwned(actor.id);
		case null:
			return sql`false`;
	}
}
