import { type Actor, type Scope, scopeOf, type Verb } from '#lib/shared/actor.ts';

/** The kinds of work, which share these rules [comms 3.4]. */
export type WorkKind = 'task' | 'project';

/** What the rights on a task or project depend on. */
export interface WorkRights {
	readonly ownerId: string;
	readonly coOwnerId: string | null;
	readonly responsibleIds: readonly string[];
	readonly subscriberIds: readonly string[];
	/** Responsible people and subscribers of the main task and of the other subtasks: they see the whole. */
	readonly familyIds?: readonly string[];
}

/** Everybody who works on it or wants to know of it. */
export const participantsOf = (work: WorkRights): readonly string[] => [
	...new Set([
		work.ownerId,
		...(work.coOwnerId === null ? [] : [work.coOwnerId]),
		...work.responsibleIds,
		...work.subscriberIds,
		...(work.familyIds ?? [])
	])
];

export const canReadWork = (actor: Actor, kind: WorkKind, work: WorkRights) =>
	reaches(actor, kind, 'read', participantsOf(work).includes(actor.id));

/** In a team task the responsible people do not edit: only one who is alone with it does. */
export const canEditWork = (actor: Actor, kind: WorkKind, work: WorkRights) =>
	reaches(actor, kind, 'update', isOwn(actor, work) || isAloneWith(actor, work));

export const canDeleteWork = (actor: Actor, kind: WorkKind, work: WorkRights) =>
	reaches(actor, kind, 'delete', isOwn(actor, work));

/** Whether he may change who is responsible and who is co-owner; a chief only where it is his own. */
export const canSteerWork = (actor: Actor, kind: WorkKind, work: WorkRights) =>
	reaches(actor, kind, 'steer', isOwn(actor, work));

/**
 * Whom the actor may make responsible for a task: himself, the people of the departments that he heads,
 * or everybody [comms 3.3].
 */
export const reachOf = (actor: Actor): Scope => scopeOf(actor, 'task', 'assign') ?? 'own';

const isOwn = (actor: Actor, { ownerId, coOwnerId }: WorkRights) =>
	ownerId === actor.id || coOwnerId === actor.id;

const isAloneWith = (actor: Actor, { responsibleIds }: WorkRights) =>
	responsibleIds.length === 1 && responsibleIds[0] === actor.id;

/** Work belongs to people and not to departments: any scope but "all" means one's own part in it. */
function reaches(actor: Actor, kind: WorkKind, verb: Verb, hasPart: boolean): boolean {
	const scope = scopeOf(actor, kind, verb);
	return scope === 'all' || (scope !== null && hasPart);
}
