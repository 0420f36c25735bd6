import { and, asc, desc, eq, sql } from 'drizzle-orm';
import { relist } from '#lib/server/db/department-twins.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import {
	closingReasons,
	dealClosures,
	deals,
	pipelines,
	stages
} from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { edit } from '#lib/server/records/commit.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { dealRecords, positionOnTop } from '../record.server.ts';
import type { TransferDeal } from '../schema.ts';
import { defaultStage } from './create.server.ts';
import { lockEditableDeal } from './lock.server.ts';

/** What of a deal had no equal in the other department. */
export type Missing = 'stage_missing' | 'reason_missing';

type Closure = Pick<typeof dealClosures.$inferSelect, 'reasonId' | 'fromStageId'>;

/**
 * Takes a deal along to another department, ended ones too: pipeline, stage and reason become those of the
 * same name there [C331]. What has no equal is told and holds nothing up [B332].
 */
export function transferDeal(ctx: Ctx, { dealId, ownerId, departmentId }: TransferDeal) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, dealId);
		const loaded = await loadRecord(ctx, dealRecords, dealId);
		if (!loaded) throw new NotFound('deal');
		const pipelineId = await pipelineLike(ctx, deal.pipelineId, departmentId);
		if (!pipelineId) return fail('no_pipeline');
		const stage = await stageLike(ctx, deal.stageId, pipelineId);
		if (!stage) return fail('no_stage');
		const edits: Edit[] = [
			{ field: 'department', set: departmentId },
			{ field: 'owner', set: ownerId },
			{ field: 'pipeline', set: pipelineId },
			{ field: 'stage', set: stage.id },
			...(await relist(ctx, loaded.values, departmentId))
		];
		const edited = await edit(ctx, dealRecords, dealId, edits, { commandMark: 'transferDeal' });
		if (!edited.ok) return { ok: false, faults: edited.faults } as const;
		const position = await positionOnTop(ctx, stage.id);
		await ctx.db.update(deals).set({ position }).where(eq(deals.id, dealId));
		const reasonFound = await takeClosureAlong(ctx, dealId, { pipelineId, departmentId });
		const missing: Missing[] = [
			...(stage.isEqual ? [] : (['stage_missing'] as const)),
			...(reasonFound ? [] : (['reason_missing'] as const))
		];
		return ok({ dealId, missing });
	});
}

/** Gives an ended deal its reason back, as far as it still has the one that the transfer gave it. */
export async function giveClosureBack(ctx: Ctx, dealId: string, was: Closure, now: Closure) {
	await ctx.db
		.update(dealClosures)
		.set(was)
		.where(
			and(
				eq(dealClosures.dealId, dealId),
				eq(dealClosures.fromStageId, now.fromStageId),
				sql`${dealClosures.reasonId} is not distinct from ${now.reasonId}::uuid`
			)
		);
}

/** The pipeline of the same name there, or the first one. */
async function pipelineLike(ctx: Ctx, pipelineId: string, departmentId: string) {
	const isEqual = sql`lower(${pipelines.name}) = (
		select lower(old.name) from ${pipelines} old where old.id = ${pipelineId})`;
	const [found] = await ctx.db
		.select({ id: pipelines.id })
		.from(pipelines)
		.where(eq(pipelines.departmentId, departmentId))
		.orderBy(desc(isEqual), asc(pipelines.position), asc(pipelines.id))
		.limit(1);
	return found?.id ?? null;
}

/** The stage of the same name and outcome there; else one of the same outcome, else where deals begin. */
async function stageLike(ctx: Ctx, stageId: string, pipelineId: string) {
	const old = sql`(select old from ${stages} old where old.id = ${stageId})`;
	const isEqual = sql<boolean>`lower(${stages.name}) = lower((${old}).name)`;
	const [found] = await ctx.db
		.select({ id: stages.id, isEqual })
		.from(stages)
		.where(and(eq(stages.pipelineId, pipelineId), sql`${stages.outcome} = (${old}).outcome`))
		.orderBy(desc(isEqual), desc(stages.isDefault), asc(stages.position), asc(stages.id))
		.limit(1);
	if (found) return found;
	const first = await defaultStage(ctx, pipelineId);
	return first === null ? null : { id: first, isEqual: false };
}

/** True unless the deal ended for a reason that has no equal there: it then keeps the old one. */
async function takeClosureAlong(
	ctx: Ctx,
	dealId: string,
	{ pipelineId, departmentId }: { readonly pipelineId: string; readonly departmentId: string }
): Promise<boolean> {
	const [was] = await ctx.db
		.select({ reasonId: dealClosures.reasonId, fromStageId: dealClosures.fromStageId })
		.from(dealClosures)
		.where(eq(dealClosures.dealId, dealId));
	if (!was) return true;
	const twin = was.reasonId === null ? null : await reasonLike(ctx, was.reasonId, departmentId);
	const from = await stageLike(ctx, was.fromStageId, pipelineId);
	const now = { reasonId: twin ?? was.reasonId, fromStageId: from?.id ?? was.fromStageId };
	await ctx.db.update(dealClosures).set(now).where(eq(dealClosures.dealId, dealId));
	const [row] = await ctx.db.select({ rev: deals.rev }).from(deals).where(eq(deals.id, dealId));
	await announce(ctx, {
		...{ kind: 'deal', recordId: dealId, rev: row?.rev ?? 0 },
		...{ act: 'deal.transferred', old: was, new: now }
	});
	return was.reasonId === null || twin !== null;
}

async function reasonLike(ctx: Ctx, reasonId: string, departmentId: string) {
	const old = sql`(select old from ${closingReasons} old where old.id = ${reasonId})`;
	const [found] = await ctx.db
		.select({ id: closingReasons.id })
		.from(closingReasons)
		.where(
			and(
				eq(closingReasons.departmentId, departmentId),
				sql`${closingReasons.outcome} = (${old}).outcome`,
				// A department has one reason of success.
				sql`(lower(${closingReasons.name}) = lower((${old}).name) or ${closingReasons.outcome} = 'won')`
			)
		)
		.limit(1);
	return found?.id ?? null;
}
