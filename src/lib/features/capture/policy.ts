import { scopeOf, type Actor } from '#lib/shared/actor.ts';

/** Stop phrases are the whole company's; operators look after them [core 3.2]. */
export const mayAddStopPhrases = (actor: Actor) => scopeOf(actor, 'stopPhrase', 'create') === 'all';

export const mayRemoveStopPhrases = (actor: Actor) =>
	scopeOf(actor, 'stopPhrase', 'delete') === 'all';

export const mayReadStopPhrases = (actor: Actor) => scopeOf(actor, 'stopPhrase', 'read') === 'all';

/** Companies that nobody takes inquiries from. */
export const mayManageBannedNames = (actor: Actor) =>
	scopeOf(actor, 'settings', 'update') === 'all';
