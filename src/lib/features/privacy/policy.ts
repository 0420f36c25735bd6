import { scopeOf, type Actor } from '#lib/shared/actor.ts';

/** Whether he may have everything that is kept of a person collected. */
export const mayExportPersons = (actor: Actor): boolean =>
	scopeOf(actor, 'privacy', 'read') === 'all';

/** Whether he may have a person erased, for ever. */
export const mayErasePersons = (actor: Actor): boolean =>
	mayExportPersons(actor) && scopeOf(actor, 'privacy', 'delete') === 'all';
