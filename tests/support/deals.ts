import { STANDARD_ROLES, type StandardRoleKey } from '#lib/features/users/standard-roles.ts';
import { createDeal } from '#lib/features/deals/commands.server.ts';
import { unionOfRights } from '#lib/server/auth/actor.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	departmentMembers,
	departments,
	pipelines,
	stages,
	userProfiles,
	users
} from '#lib/server/db/tables/index.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';

/** A department with one pipeline: New (default), Offer, Won. */
export async function aSalesOffice({ db }: Ctx, name: string) {
	const department = { id: newId(), name, defaultCurrency: 'EUR' };
	const pipeline = { id: newId(), departmentId: department.id, name: 'Sales', position: 'a0' };
	const of = (stage: string, position: string) => ({
		id: newId(),
		pipelineId: pipeline.id,
		name: stage,
		position
	});
	const first = { ...of('New', 'a0'), isDefault: true };
	const offer = of('Offer', 'a1');
	const won = { ...of('Won', 'a2'), outcome: 'won' as const };
	await db.insert(departments).values(department);
	await db.insert(pipelines).values(pipeline);
	await db
		.insert(stages)
		.values([first, { ...offer, isDefault: false }, { ...won, isDefault: false }]);
	return {
		id: department.id,
		pipelineId: pipeline.id,
		first: first.id,
		offer: offer.id,
		won: won.id
	};
}

export type SalesOffice = Awaited<ReturnType<typeof aSalesOffice>>;

/** The context of a person with a standard role; a member of the office when one is given. */
export async function aColleague(
	ctx: Ctx,
	name: string,
	role: StandardRoleKey,
	office?: SalesOffice
): Promise<Ctx> {
	const id = newId();
	await ctx.db.insert(users).values({ id, name, email: `${id}@tandem.example` });
	await ctx.db.insert(userProfiles).values({ userId: id });
	if (office)
		await ctx.db.insert(departmentMembers).values({ departmentId: office.id, userId: id });
	// Everybody is a co-worker too; rights add up.
	const permissions = unionOfRights(
		[STANDARD_ROLES.co_worker, STANDARD_ROLES[role]].flatMap((rights) =>
			Object.entries(rights).flatMap(([entity, verbs]) =>
				Object.entries(verbs).map(([verb, scope]) => ({ entity, verb, scope }))
			)
		)
	);
	const actor: Actor = {
		id,
		type: 'user',
		name,
		departmentIds: office ? [office.id] : [],
		permissions,
		sessionId: null,
		language: 'en',
		timeZone: 'Europe/Berlin'
	};
	return { ...ctx, actor };
}

/** A deal of this person's; answers its id. */
export async function aDeal(ctx: Ctx, input: Partial<Parameters<typeof createDeal>[1]> = {}) {
	const created = await createDeal(ctx, { name: 'Harbour cranes', ...input });
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}
