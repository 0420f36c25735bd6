import { allows, mayCreateIn, type Belonging } from '#lib/features/users/policy.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';
import { IMPORT_KINDS, type ImportKind } from './schema.ts';

/** True when the actor may bring in some file at all. */
export const mayImport = (actor: Actor) =>
	scopeOf(actor, 'import', 'create') !== null && importableKinds(actor).length > 0;

/** Kinds that the actor may both import and create. */
export const importableKinds = (actor: Actor): readonly ImportKind[] =>
	IMPORT_KINDS.filter((kind) => scopeOf(actor, kind, 'create') !== null);

/** True when the actor may bring records of this kind into this department. */
export const canImportInto = (actor: Actor, kind: ImportKind, departmentId: string): boolean =>
	mayCreateIn(actor, 'import', departmentId) && mayCreateIn(actor, kind, departmentId);

/** Its rows are created in the name of the person who uploaded it, so nobody else sets it off. */
export const canSetUpImport = (actor: Actor, one: Belonging) => one.ownerId === actor.id;

export const canStopImport = (actor: Actor, one: Belonging) =>
	allows(actor, 'import', 'update', one);
