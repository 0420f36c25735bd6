import { covers, scopeOf, type Actor, type Placed } from '#lib/shared/actor.ts';

/** The pure twin of the SQL scope in record.server.ts. */
export const canReadContact = (actor: Actor, contact: Placed) =>
	covers(actor, scopeOf(actor, 'contact', 'read'), contact);

export const canEditContact = (actor: Actor, contact: Placed) =>
	canReadContact(actor, contact) && covers(actor, scopeOf(actor, 'contact', 'update'), contact);

export const canDeleteContact = (actor: Actor, contact: Placed) =>
	canReadContact(actor, contact) && covers(actor, scopeOf(actor, 'contact', 'delete'), contact);

export const canCreateContact = (actor: Actor, contact: Placed) =>
	covers(actor, scopeOf(actor, 'contact', 'create'), contact);

/** True when the actor may create some contact at all; which one, `canCreateContact` decides. */
export const mayCreateContacts = (actor: Actor) => scopeOf(actor, 'contact', 'create') !== null;
