import { mayReadAudit } from '#lib/features/activity/policy.ts';
import { mayAddStopPhrases, mayReadStopPhrases } from '#lib/features/capture/policy.ts';
import { canAddCities } from '#lib/features/cities/policy.ts';
import { canAddCurrencies } from '#lib/features/currencies/policy.ts';
import { mayExportPersons } from '#lib/features/privacy/policy.ts';
import { mayManageSettings, mayManageUsers, mayReadSome } from '#lib/features/users/policy.ts';
import { type Actor, scopeOf } from '#lib/shared/actor.ts';

interface Place {
	/** Who may look at it. */
	readonly opens: (actor: Actor) => boolean;
	/** Who has something to do there. */
	readonly keeps: (actor: Actor) => boolean;
}

const everybody = () => true;
const same = (rule: Place['opens']): Place => ({ opens: rule, keeps: rule });
const readable: Place = { opens: everybody, keeps: mayManageSettings };
const mayAdd = (entity: 'tag' | 'qualitySignal') => (actor: Actor) =>
	scopeOf(actor, entity, 'create') !== null;

/** The pages of the settings, in the order of their tabs. */
const PLACES = {
	people: same(mayManageUsers),
	roles: same(mayManageUsers),
	security: same(mayManageUsers),
	keys: same(mayManageUsers),
	lists: { opens: everybody, keeps: mayAdd('tag') },
	'web-form': {
		opens: (actor) => mayReadStopPhrases(actor) || mayManageSettings(actor),
		keeps: (actor) => mayAddStopPhrases(actor) || mayManageSettings(actor)
	},
	pipelines: readable,
	quality: {
		opens: (actor) => mayReadSome(actor, 'qualitySignal'),
		keeps: mayAdd('qualitySignal')
	},
	departments: readable,
	countries: readable,
	cities: { opens: everybody, keeps: canAddCities },
	currencies: { opens: everybody, keeps: canAddCurrencies },
	mail: same(mayManageSettings),
	files: same(mayManageSettings),
	privacy: same(mayExportPersons),
	jobs: same(mayManageSettings),
	audit: same(mayReadAudit),
	demo: same((actor) => mayManageSettings(actor) && mayManageUsers(actor))
} as const satisfies Readonly<Record<string, Place>>;

export type PlaceName = keyof typeof PLACES;

// Object.keys forgets what it was given.
const NAMES = Object.keys(PLACES) as readonly PlaceName[];

/** What of the settings this person may look at. */
export const openPlaces = (actor: Actor): readonly PlaceName[] =>
	NAMES.filter((name) => PLACES[name].opens(actor));

/** Where he has something to do: only then do the settings stand in his rail. */
export const keptPlaces = (actor: Actor): readonly PlaceName[] =>
	NAMES.filter((name) => PLACES[name].keeps(actor));
