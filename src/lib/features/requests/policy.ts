import { allows, mayCreateIn, type Belonging } from '#lib/features/users/policy.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';
import type { View } from './schema.ts';

/** What the rights on a request depend on. */
export interface RequestRights {
	readonly ownerId: string | null;
	readonly coOwnerId: string | null;
	readonly departmentId: string;
}

/** The same rule as `visibleTo` of the record kind in SQL. */
export const canReadRequest = (actor: Actor, request: RequestRights) =>
	allows(actor, 'request', 'read', belonging(request));

/** Operators: every request of the department; sellers: those they own or co-own. */
export const canEditRequest = (actor: Actor, request: RequestRights) =>
	allows(actor, 'request', 'update', belonging(request));

export const canDeleteRequest = (actor: Actor, request: RequestRights) =>
	allows(actor, 'request', 'delete', belonging(request));

export const canCreateRequest = (actor: Actor, departmentId: string | null) =>
	departmentId !== null && mayCreateIn(actor, 'request', departmentId);

/** Whether the actor may make some request at all; in which department, `canCreateRequest` says. */
export const mayCreateRequests = (actor: Actor) => scopeOf(actor, 'request', 'create') !== null;

/** Whether the trash concerns the actor: he may delete, and so restore, some request. */
export const mayDeleteRequests = (actor: Actor) => scopeOf(actor, 'request', 'delete') !== null;

/** He gives requests to others: those without an owner are his inbox. */
export const qualifiesRequests = (actor: Actor) => {
	const scope = scopeOf(actor, 'request', 'update');
	return scope === 'department' || scope === 'all';
};

/** The view that a person begins with: what he has to give to others, what is his, or what waits at all [B59]. */
export function firstView(actor: Actor): View {
	if (qualifiesRequests(actor)) return 'inbox';
	return scopeOf(actor, 'request', 'update') === null ? 'pending' : 'mine';
}

/** A request may be handed over into departments the actor belongs to, or anywhere if his rights reach that far. */
export const canHandOverTo = (actor: Actor, departmentId: string) =>
	scopeOf(actor, 'request', 'update') === 'all' || actor.departmentIds.includes(departmentId);

const belonging = ({ ownerId, coOwnerId, departmentId }: RequestRights): Belonging => ({
	...{ ownerId, departmentId },
	coOwnerIds: coOwnerId === null ? [] : [coOwnerId]
});
