import type { KindName } from '#lib/records/kind.ts';
import { scopeOf, type Actor } from '#lib/shared/actor.ts';
import { ROW_NOUNS, type RowNoun } from '#lib/shared/kinds.ts';

/** The live topics an actor may hear: those that his scope on each kind gives, and what is his own. */
export function topicsOf(actor: Actor, kinds: readonly KindName[]): ReadonlySet<string> {
	const nouns = [...kinds, ...ROW_NOUNS].flatMap((noun) => topicsOfNoun(actor, noun));
	return new Set([...nouns, ...sharedTopics(actor)]);
}

/** What is shared with everybody, or with a department, whatever one's rights. */
const sharedTopics = ({ departmentIds }: Actor): readonly string[] => [
	// That something was set is no secret; what it is, the page's own load says.
	...['settings:all', 'face:all', 'view:all'],
	...departmentIds.map((id) => `view:department:${id}`)
];

function topicsOfNoun(actor: Actor, kind: KindName | RowNoun): readonly string[] {
	const own = `${kind}:user:${actor.id}`;
	switch (scopeOf(actor, kind, 'read')) {
		case 'all':
			return [`${kind}:all`];
		case 'department':
			return [own, ...actor.departmentIds.map((id) => `${kind}:department:${id}`)];
		case 'own':
			return [own];
		case null:
			return [];
	}
}

/** True for topics of rows that are not records (an import's progress): only the person named hears them. */
export const isPersonal = (topic: string, actor: Actor) => topic.endsWith(`:user:${actor.id}`);

/** What a page calls the topic: the noun before its audience. */
export const nounOf = (topic: string) => topic.slice(0, Math.max(0, topic.indexOf(':'))) || topic;

/** True when the same people hear of both. */
export const sameAudience = (some: readonly string[], others: readonly string[]) =>
	withoutAll(some) === withoutAll(others);

/** Whoever may see everything of a kind hears of it anyway. */
const withoutAll = (topics: readonly string[]) =>
	topics
		.filter((topic) => !topic.endsWith(':all'))
		.sort()
		.join(' ');
