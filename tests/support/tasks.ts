import { eq } from 'drizzle-orm';
import { createProject } from '#lib/features/projects/commands.server.ts';
import { createTask } from '#lib/features/tasks/commands.server.ts';
import { STANDARD_ROLES, type StandardRoleKey } from '#lib/features/users/standard-roles.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	departments,
	rolePermissions,
	roles,
	tasks,
	taskStages,
	userRoles
} from '#lib/server/db/tables/index.ts';
import { newId } from '#lib/shared/ids.ts';
import { aColleague } from './deals.ts';

/** A department of people with standard roles, whose rights are rows as well. */
export async function anOffice(ctx: Ctx) {
	const id = newId();
	await ctx.db.insert(departments).values({ id, name: `Office ${id}` });
	const office = { id, pipelineId: '', first: '', offer: '', won: '' };
	return {
		id,
		hire: async (name: string, role: StandardRoleKey = 'co_worker') => {
			const person = await aColleague(ctx, name, role, office);
			// Everybody is a co-worker too.
			for (const key of new Set(['co_worker', role] as const)) await giveRole(person, key);
			return person;
		}
	};
}

/** Gives a person the rows of a standard role: jobs know people by these. */
export async function giveRole({ db, actor }: Ctx, key: StandardRoleKey): Promise<void> {
	const [made] = await db
		.insert(roles)
		.values({ id: newId(), key, name: key })
		.onConflictDoNothing()
		.returning();
	const [role] = made ? [made] : await db.select().from(roles).where(eq(roles.key, key));
	if (!role) throw new Error(key);
	const rows = Object.entries(STANDARD_ROLES[key]).flatMap(([entity, verbs]) =>
		Object.entries(verbs).map(([verb, scope]) => ({ roleId: role.id, entity, verb, scope }))
	);
	if (rows.length > 0) await db.insert(rolePermissions).values(rows).onConflictDoNothing();
	await db.insert(userRoles).values({ roleId: role.id, userId: actor.id });
}

/** A task of this person's; answers its id. */
export async function aTask(ctx: Ctx, values: RecordValues = {}): Promise<string> {
	const created = await createTask(ctx, { values: { name: 'Pack the samples', ...values } });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

/** A project of this person's; answers its id. */
export async function aProject(ctx: Ctx, values: RecordValues = {}): Promise<string> {
	const created = await createProject(ctx, { values: { name: 'Trade fair', ...values } });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

export async function taskRow({ db }: Ctx, id: string) {
	const [row] = await db.select().from(tasks).where(eq(tasks.id, id));
	if (!row) throw new Error('no such task');
	return row;
}

/** The id of a stage of tasks that every installation has. */
export async function taskStage({ db }: Ctx, key: string): Promise<string> {
	const [stage] = await db.select().from(taskStages).where(eq(taskStages.key, key));
	if (!stage) throw new Error(key);
	return stage.id;
}
