import { covers, scopeOf, type Actor, type Placed } from '#lib/shared/actor.ts';

/** The pure twin of the SQL scope in record.server.ts. */
export const canReadCompany = (actor: Actor, company: Placed) =>
	covers(actor, scopeOf(actor, 'company', 'read'), company);

export const canEditCompany = (actor: Actor, company: Placed) =>
	canReadCompany(actor, company) && covers(actor, scopeOf(actor, 'company', 'update'), company);

export const canDeleteCompany = (actor: Actor, company: Placed) =>
	canReadCompany(actor, company) && covers(actor, scopeOf(actor, 'company', 'delete'), company);

/** A new company begins in one of the actor's own departments, unless his rights reach everywhere. */
export function canCreateCompany(actor: Actor, departmentId: string | null): boolean {
	const scope = scopeOf(actor, 'company', 'create');
	if (scope === null || departmentId === null) return false;
	return scope === 'all' || actor.departmentIds.includes(departmentId);
}

/** True when the actor may create some company at all; which one, `canCreateCompany` decides. */
export const mayCreateCompanies = (actor: Actor) => scopeOf(actor, 'company', 'create') !== null;

/** A record may be handed over only into a department one belongs to, unless one's rights reach everywhere. */
export const canHandOverTo = (actor: Actor, departmentId: string) =>
	scopeOf(actor, 'company', 'update') === 'all' || actor.departmentIds.includes(departmentId);
