import { and, asc, eq, inArray } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { closingReasons, dealClosures, deals, stages } from '#lib/server/db/tables/index.ts';
import { announce } from '#lib/server/records/announce.ts';
import { edit } from '#lib/server/records/commit.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { dealRecords, positionOnTop } from '../record.server.ts';
import type { CloseDeal, OneDeal } from '../schema.ts';
import { defaultStage } from './create.server.ts';
import { lockEditableDeal } from './lock.server.ts';
import { announcePlace } from './move.server.ts';

type Deal = Awaited<ReturnType<typeof lockEditableDeal>>;

/**
 * Ends a deal as won, lost or irrelevant; it stays so until `reopenDeal`. Winning needs an amount, losing
 * a reason. The deal goes to the stage of that end, where its pipeline has one [core 5.12].
 */
export function closeDeal(ctx: Ctx, input: CloseDeal) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, input.dealId);
		const { outcome } = input;
		if (outcome === 'won' && !deal.amountMinor) return fail('amount_needed');
		const reason = await reasonFor(ctx, deal, input);
		if (reason === undefined)
			return fail(outcome === 'won' ? 'no_success_reason' : 'reason_needed');
		const stageId = await stageOfEnd(ctx, deal.pipelineId, outcome);
		if (stageId === null && outcome === 'won') return fail('no_won_stage');
		const [closed] = await ctx.db
			.insert(dealClosures)
			.values({
				dealId: deal.id,
				outcome,
				reasonId: reason?.id ?? null,
				closedBy: ctx.actor.type === 'user' ? ctx.actor.id : null,
				closedAt: ctx.now,
				fromStageId: deal.stageId
			})
			.onConflictDoNothing()
			.returning();
		// Two people press "Won" at once during the call; the second must learn it, not overwrite.
		if (!closed) return fail('already_closed');
		await moveTo(ctx, deal, stageId ?? deal.stageId);
		await tell(ctx, deal.id, 'closed', null, { outcome, reason: reason?.name ?? null });
		return ok({ dealId: deal.id });
	});
}

/** Opens an ended deal again where it was; its history keeps that it had ended [B171]. */
export function reopenDeal(ctx: Ctx, { dealId }: OneDeal) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, dealId);
		const [closure] = await ctx.db
			.delete(dealClosures)
			.where(eq(dealClosures.dealId, deal.id))
			.returning();
		if (!closure) return fail('not_closed');
		const stageId =
			(await formerStage(ctx, deal.pipelineId, closure.fromStageId)) ??
			(await defaultStage(ctx, deal.pipelineId));
		if (stageId === null) return fail('no_stage');
		await moveTo(ctx, deal, stageId);
		await tell(ctx, deal.id, 'reopened', { outcome: closure.outcome }, null);
		return ok({ dealId: deal.id });
	});
}

/** The reason that this end has: null for none, undefined when the one that is needed is missing. */
async function reasonFor(
	ctx: Ctx,
	{ departmentId }: Deal,
	{ outcome, reasonId }: CloseDeal
): Promise<{ readonly id: string; readonly name: string } | null | undefined> {
	if (outcome === 'irrelevant') return null;
	const ofDepartment = and(
		eq(closingReasons.departmentId, departmentId),
		eq(closingReasons.outcome, outcome)
	);
	if (outcome === 'lost' && !reasonId) return undefined;
	const [reason] = await ctx.db
		.select({ id: closingReasons.id, name: closingReasons.name })
		.from(closingReasons)
		.where(
			outcome === 'won' ? ofDepartment : and(ofDepartment, eq(closingReasons.id, reasonId ?? ''))
		);
	return reason;
}

async function stageOfEnd(ctx: Ctx, pipelineId: string, outcome: CloseDeal['outcome']) {
	const [stage] = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(
			and(eq(stages.pipelineId, pipelineId), eq(stages.outcome, outcome === 'won' ? 'won' : 'lost'))
		)
		.orderBy(asc(stages.position), asc(stages.id))
		.limit(1);
	return stage?.id ?? null;
}

/** Where it was, among open stages or those of shipped goods; null when that has become an end itself. */
async function formerStage(ctx: Ctx, pipelineId: string, stageId: string) {
	const [stage] = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(
			and(
				eq(stages.id, stageId),
				eq(stages.pipelineId, pipelineId),
				inArray(stages.outcome, ['open', 'shipped'])
			)
		);
	return stage?.id ?? null;
}

/** Puts the card on top of a stage; a deal without a stage for its end stays where it is, and screens look. */
async function moveTo(ctx: Ctx, deal: Deal, stageId: string): Promise<void> {
	if (stageId === deal.stageId) return announcePlace(ctx, deal);
	const position = await positionOnTop(ctx, stageId);
	const edits = [{ field: 'stage', set: stageId }];
	const moved = await edit(ctx, dealRecords, deal.id, edits, { commandMark: 'closeDeal' });
	if (!moved.ok) throw new Error(`stage refused: ${JSON.stringify(moved.faults)}`);
	await ctx.db.update(deals).set({ position }).where(eq(deals.id, deal.id));
}

async function tell(ctx: Ctx, dealId: string, act: string, old: unknown, fresh: unknown) {
	const [row] = await ctx.db.select({ rev: deals.rev }).from(deals).where(eq(deals.id, dealId));
	await announce(ctx, {
		...{ kind: 'deal', recordId: dealId, rev: row?.rev ?? 0 },
		...{ act: `deal.${act}`, old, new: fresh }
	});
}
