import { allows, mayCreateIn, type Belonging } from '#lib/features/users/policy.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';

/** The same rule as `visibleTo` of the record kind in SQL. */
export const canReadCompany = (actor: Actor, company: Belonging) =>
	allows(actor, 'company', 'read', company);

export const canEditCompany = (actor: Actor, company: Belonging) =>
	allows(actor, 'company', 'update', company);

export const canDeleteCompany = (actor: Actor, company: Belonging) =>
	allows(actor, 'company', 'delete', company);

export const canCreateCompany = (actor: Actor, departmentId: string | null) =>
	departmentId !== null && mayCreateIn(actor, 'company', departmentId);

/** Whether the actor may make some company at all; in which department, `canCreateCompany` says. */
export const mayCreateCompanies = (actor: Actor) => scopeOf(actor, 'company', 'create') !== null;

/** Whether the trash concerns the actor: he may delete, and so restore, some company. */
export const mayDeleteCompanies = (actor: Actor) => scopeOf(actor, 'company', 'delete') !== null;

/** A company may be handed over into departments the actor belongs to, or anywhere if his rights reach that far. */
export const canHandOverTo = (actor: Actor, departmentId: string) =>
	scopeOf(actor, 'company', 'update') === 'all' || actor.departmentIds.includes(departmentId);
