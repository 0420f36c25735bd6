import { covers, scopeOf, type Actor, type Placed } from '#lib/shared/actor.ts';

/** The pure twin of the SQL scope in record.server.ts. */
export const canReadContact = (actor: Actor, contact: Placed) =>
	covers(actor, scopeOf(actor, 'contact', 'read'), contact);

export const canEditContact = (actor: Actor, contact: Placed) =>
	canReadContact(actor, contact) && covers(actor, scopeOf(actor, 'contact', 'update'), contact);

export const canDeleteContact = (actor: Actor, contact: Placed) =>
	canReadContact(actor, contact) && covers(actor, scopeOf(actor, 'contact', 'delete'), contact);

/** A new contact begins in one of the actor's own departments, unless his rights reach everywhere. */
export function canCreateContact(actor: Actor, departmentId: string | null): boolean {
	const scope = scopeOf(actor, 'contact', 'create');
	if (scope === null || departmentId === null) return false;
	return scope === 'all' || actor.departmentIds.includes(departmentId);
}

/** True when the actor may create some contact at all; which one, `canCreateContact` decides. */
export const mayCreateContacts = (actor: Actor) => scopeOf(actor, 'contact', 'create') !== null;
