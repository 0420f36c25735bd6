import { allows, mayCreateIn, type Belonging } from '#lib/features/users/policy.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';

/** The same rule as `visibleTo` of the record kind in SQL. */
export const canReadContact = (actor: Actor, contact: Belonging) =>
	allows(actor, 'contact', 'read', contact);

export const canEditContact = (actor: Actor, contact: Belonging) =>
	allows(actor, 'contact', 'update', contact);

export const canDeleteContact = (actor: Actor, contact: Belonging) =>
	allows(actor, 'contact', 'delete', contact);

export const canCreateContact = (actor: Actor, departmentId: string | null) =>
	departmentId !== null && mayCreateIn(actor, 'contact', departmentId);

/** Whether the actor may make some contact at all; in which department, `canCreateContact` says. */
export const mayCreateContacts = (actor: Actor) => scopeOf(actor, 'contact', 'create') !== null;

/** Whether the trash concerns the actor: he may delete, and so restore, some contact. */
export const mayDeleteContacts = (actor: Actor) => scopeOf(actor, 'contact', 'delete') !== null;
