import { and, asc, eq, isNull, lte, or, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	dealClosures,
	dealCoOwners,
	deals,
	stages
} from '#lib/server/db/tables/index.ts';
import { dealRecords } from '../record.server.ts';

/** The next steps of open deals that the actor owns or co-owns, until that day, the oldest first. One statement. */
export function listDealSteps(ctx: Ctx, until: string, limit: number) {
	const me = ctx.actor.id;
	const coOwned = sql`exists (select from ${dealCoOwners} where ${dealCoOwners.dealId} = ${deals.id} and ${dealCoOwners.userId} = ${me})`;
	return ctx.db
		.select({
			id: deals.id,
			name: deals.name,
			step: deals.nextStep,
			on: sql<string>`${deals.nextStepOn}::text`,
			detail: companies.name
		})
		.from(deals)
		.innerJoin(stages, eq(stages.id, deals.stageId))
		.leftJoin(dealClosures, eq(dealClosures.dealId, deals.id))
		.leftJoin(companies, eq(companies.id, deals.companyId))
		.where(
			and(
				isNull(deals.deletedAt),
				isNull(dealClosures.dealId),
				eq(stages.outcome, 'open'),
				lte(deals.nextStepOn, until),
				or(eq(deals.ownerId, me), coOwned),
				dealRecords.visibleTo(ctx.actor)
			)
		)
		.orderBy(asc(deals.nextStepOn), asc(deals.id))
		.limit(limit);
}
