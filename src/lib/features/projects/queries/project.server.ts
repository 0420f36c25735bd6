import { and, eq, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { RecordKind } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { projects, users, ydocs } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { canDeleteWork, canEditWork, canSteerWork } from '../policy.ts';
import { projectRecords, workRightsOf } from '../record.server.ts';

const coOwners = alias(users, 'co_owners');

/** One project with its values, the names beside it and what the actor may do with it. */
export async function getProject(ctx: Ctx, id: string) {
	const loaded = await loadRecord(ctx, projectRecords, id);
	if (!loaded) throw new NotFound('project');
	const [facts] = await ctx.db
		.select({
			id: projects.id,
			number: projects.number,
			createdAt: projects.createdAt,
			updatedAt: projects.updatedAt,
			closedOn: projects.closedOn,
			ownerId: projects.ownerId,
			ownerName: users.name,
			coOwnerId: projects.coOwnerId,
			coOwnerName: coOwners.name,
			epoch: ydocs.epoch
		})
		.from(projects)
		.innerJoin(users, eq(users.id, projects.ownerId))
		.leftJoin(coOwners, eq(coOwners.id, projects.coOwnerId))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'project'`), eq(ydocs.recordId, projects.id)))
		.where(eq(projects.id, id));
	if (!facts) throw new NotFound('project');
	const rights = workRightsOf(loaded.row, loaded.values);
	return {
		...facts,
		values: ownValues(projectRecords.kind, loaded.values),
		responsibleIds: rights.responsibleIds,
		subscriberIds: rights.subscriberIds,
		mayEdit: canEditWork(ctx.actor, 'project', rights),
		mayDelete: canDeleteWork(ctx.actor, 'project', rights),
		maySteer: canSteerWork(ctx.actor, 'project', rights)
	};
}

/** The values of the kind's own fields, without what the engine reads beside them. */
export const ownValues = ({ fields }: RecordKind, values: RecordValues): RecordValues =>
	Object.fromEntries(Object.keys(fields).map((name) => [name, values[name] ?? null]));
