import { type Actor, scopeOf } from '#lib/shared/actor.ts';

// Cities belong to the whole company: whoever may do something with them may do it with all.

export const canAddCities = (actor: Actor) => scopeOf(actor, 'city', 'create') !== null;

/** Merging two is a change of the one that stays, and takes the other away. */
export const canChangeCities = (actor: Actor) => scopeOf(actor, 'city', 'update') !== null;

export const canRemoveCities = (actor: Actor) => scopeOf(actor, 'city', 'delete') !== null;
