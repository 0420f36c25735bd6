import { scopeOf, type Actor, type Entity, type Scope, type Verb } from '#lib/shared/actor.ts';

/** What decides who may do what with a record: where it belongs and who works on it. */
export interface Belonging {
	readonly departmentId: string | null;
	readonly ownerId: string | null;
	/** People who have an owner's rights beside him. */
	readonly coOwnerIds?: readonly string[];
}

/** The same rule as `departmentScope` in SQL: whether the actor's scope for this verb covers the record. */
export function isWithinScope(scope: Scope | null, actor: Actor, record: Belonging): boolean {
	if (scope === null) return false;
	if (scope === 'all') return true;
	if (scope === 'department')
		return record.departmentId !== null && actor.departmentIds.includes(record.departmentId);
	return record.ownerId === actor.id || (record.coOwnerIds ?? []).includes(actor.id);
}

/** Whether the actor may do this with this record; what he may not read he may not change either. */
export function allows(actor: Actor, entity: Entity, verb: Verb, record: Belonging): boolean {
	if (!isWithinScope(scopeOf(actor, entity, verb), actor, record)) return false;
	return (
		verb === 'read' ||
		verb === 'create' ||
		isWithinScope(scopeOf(actor, entity, 'read'), actor, record)
	);
}

/** Whether the actor may make such a record in this department. */
export const mayCreateIn = (actor: Actor, entity: Entity, departmentId: string): boolean =>
	allows(actor, entity, 'create', { departmentId, ownerId: actor.id });

/** Whether anything at all of this entity can be visible to the actor; pages hide their entry with it. */
export const mayReadSome = (actor: Actor, entity: Entity): boolean =>
	scopeOf(actor, entity, 'read') !== null;

export const mayManageUsers = (actor: Actor): boolean => scopeOf(actor, 'user', 'create') === 'all';

export const mayManageSettings = (actor: Actor): boolean =>
	scopeOf(actor, 'settings', 'update') === 'all';

/** R-OWN: the owner of a record must be a member of its department. */
export const isMember = (
	person: { readonly departmentIds: readonly string[] },
	departmentId: string
): boolean => person.departmentIds.includes(departmentId);
