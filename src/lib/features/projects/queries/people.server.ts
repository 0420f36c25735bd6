import { and, eq, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import {
	departmentMembers,
	rolePermissions,
	userProfiles,
	userRoles,
	users
} from '#lib/server/db/tables/index.ts';
import type { Scope } from '#lib/shared/actor.ts';
import { reachOf, type WorkKind } from '../policy.ts';

export interface Named {
	readonly id: string;
	readonly name: string;
}

/** Whom the actor may choose for which part in a task or project [comms 3.3]; active people, by name. */
export interface WorkChoices {
	readonly responsible: readonly Named[];
	/** For those who only give tasks to themselves the first one is chosen unless they say otherwise. */
	readonly coOwners: readonly Named[];
	readonly subscribers: readonly Named[];
}

/** The choices of the actor; for a subtask with the responsible people of its main task. */
export async function listWorkChoices(
	ctx: Ctx,
	kind: WorkKind,
	mainResponsibleIds: readonly string[] = []
): Promise<WorkChoices> {
	const { actor } = ctx;
	const people = await listPeople(ctx);
	const reach = reachOf(actor);
	const isNear = ({ departmentIds }: PersonRow) =>
		departmentIds.some((id) => actor.departmentIds.includes(id));
	const mayDo = (person: PersonRow) =>
		kind === 'project' ||
		reach === 'all' ||
		(reach === 'department' && isNear(person)) ||
		person.id === actor.id ||
		mainResponsibleIds.includes(person.id);
	const mayCoOwn = (person: PersonRow) =>
		person.id !== actor.id &&
		(reach === 'all' ||
			(reach === 'department' ? person.reaches.includes('all') : isHeadNear(person)));
	const isHeadNear = (person: PersonRow) => person.reaches.includes('department') && isNear(person);
	return {
		responsible: people.filter(mayDo).map(named),
		coOwners: people.filter(mayCoOwn).map(named),
		subscribers: people.map(named)
	};
}

interface PersonRow extends Named {
	readonly departmentIds: readonly string[];
	/** How far each of his roles lets him give tasks to others. */
	readonly reaches: readonly Scope[];
}

const listPeople = (ctx: Ctx): Promise<PersonRow[]> =>
	ctx.db
		.select({
			id: users.id,
			name: users.name,
			departmentIds: sql<string[]>`(
				select coalesce(json_agg(${departmentMembers.departmentId}), '[]')
				from ${departmentMembers} where ${departmentMembers.userId} = ${users.id})`,
			reaches: sql<Scope[]>`(
				select coalesce(json_agg(${rolePermissions.scope}), '[]')
				from ${userRoles} join ${rolePermissions} on ${rolePermissions.roleId} = ${userRoles.roleId}
				where ${userRoles.userId} = ${users.id}
					and ${rolePermissions.entity} = 'task' and ${rolePermissions.verb} = 'assign')`
		})
		.from(users)
		.innerJoin(userProfiles, and(eq(userProfiles.userId, users.id), eq(userProfiles.active, true)))
		.orderBy(users.name, users.id);

const named = ({ id, name }: Named): Named => ({ id, name });
