import { allows, mayCreateIn, type Belonging } from '#lib/features/users/policy.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';

/** What the rights on a lead depend on. */
export interface LeadRights extends Belonging {
	/** It has become a contact: nobody changes it until that is undone. */
	readonly isConverted: boolean;
}

/** The same rule as `visibleTo` of the record kind in SQL. */
export const canReadLead = (actor: Actor, lead: Belonging) => allows(actor, 'lead', 'read', lead);

/** Whoever may change it may make it a contact, too. */
export const canEditLead = (actor: Actor, lead: LeadRights) =>
	!lead.isConverted && allows(actor, 'lead', 'update', lead);

export const canDeleteLead = (actor: Actor, lead: LeadRights) =>
	!lead.isConverted && allows(actor, 'lead', 'delete', lead);

/** Whoever might have converted it may take that back. */
export const canUndoConversion = (actor: Actor, lead: LeadRights) =>
	lead.isConverted && allows(actor, 'lead', 'update', lead);

export const canCreateLead = (actor: Actor, departmentId: string | null) =>
	departmentId !== null && mayCreateIn(actor, 'lead', departmentId);

/** Whether the actor may make some lead at all; in which department, `canCreateLead` says. */
export const mayCreateLeads = (actor: Actor) => scopeOf(actor, 'lead', 'create') !== null;

/** Whether the trash concerns the actor: he may delete, and so restore, some lead. */
export const mayDeleteLeads = (actor: Actor) => scopeOf(actor, 'lead', 'delete') !== null;

/** A lead may be handed over into departments the actor belongs to, or anywhere if his rights reach that far. */
export const canHandOverLeadTo = (actor: Actor, departmentId: string) =>
	scopeOf(actor, 'lead', 'update') === 'all' || actor.departmentIds.includes(departmentId);
