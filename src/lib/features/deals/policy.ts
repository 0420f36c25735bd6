import { type Actor, type Entity, type Verb, scopeOf } from '#lib/shared/actor.ts';

/** What the rights on a deal depend on. */
export interface DealRights {
	readonly ownerId: string | null;
	readonly departmentId: string;
	readonly coOwnerIds: readonly string[];
}

/** The fields a chief may set on anybody's deal [core 3.4]. */
export const STEERED_FIELDS: ReadonlySet<string> = new Set([
	'important',
	'nextStep',
	'nextStepOn',
	'coOwners'
]);

export const canReadDeal = (actor: Actor, deal: DealRights) => reaches(actor, 'read', deal);

/** Owner, co-owner, operator of the department and administrator: every field. */
export const canEditDeal = (actor: Actor, deal: DealRights) => reaches(actor, 'update', deal);

export const canDeleteDeal = (actor: Actor, deal: DealRights) => reaches(actor, 'delete', deal);

/** Which fields the actor may write: all, a chief's few, or none. */
export function writableDealFields(
	actor: Actor,
	deal: DealRights
): 'all' | 'none' | ReadonlySet<string> {
	if (canEditDeal(actor, deal)) return 'all';
	return reaches(actor, 'steer', deal) ? STEERED_FIELDS : 'none';
}

/** A new deal begins in one of the actor's own departments, unless he works for all of them. */
export function canCreateDeal(actor: Actor, departmentId: string | null): boolean {
	const scope = scopeOf(actor, 'deal', 'create');
	if (scope === null || departmentId === null) return false;
	return scope === 'all' || actor.departmentIds.includes(departmentId);
}

/** What stands beside a deal and has rights of its own; they reach as far as the deal is one's own. */
export type BesideDeal = Extract<Entity, 'lineItem' | 'shipment' | 'payment'>;

/** The same rule as `rowsOfDeals` in SQL; what one may not read one may not change either. */
export const canBesideDeal = (actor: Actor, entity: BesideDeal, verb: Verb, deal: DealRights) =>
	reaches(actor, verb, deal, entity) && reaches(actor, 'read', deal, entity);

const isMine = (actor: Actor, deal: DealRights) =>
	deal.ownerId === actor.id || deal.coOwnerIds.includes(actor.id);

function reaches(
	actor: Actor,
	verb: Verb,
	deal: DealRights,
	entity: 'deal' | BesideDeal = 'deal'
): boolean {
	const scope = scopeOf(actor, entity, verb);
	if (scope === null) return false;
	if (scope === 'all' || isMine(actor, deal)) return true;
	return scope === 'department' && actor.departmentIds.includes(deal.departmentId);
}
