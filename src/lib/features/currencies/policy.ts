import { type Actor, scopeOf } from '#lib/shared/actor.ts';

// Currencies belong to the whole company: whoever may do something with them may do it with all.

export const canAddCurrencies = (actor: Actor) => scopeOf(actor, 'currency', 'create') !== null;

/** Rates and the daily update; amounts of past days are reported with them. */
export const canChangeCurrencies = (actor: Actor) => scopeOf(actor, 'currency', 'update') !== null;

/** Taking a currency away, and which ones reports are made in. */
export const canRemoveCurrencies = (actor: Actor) => scopeOf(actor, 'currency', 'delete') !== null;
