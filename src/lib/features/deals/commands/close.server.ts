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
		const end = await endOf(ctx, deal, input);
		if (!end.ok) return end;
		const { reason, stageId } = end.value;
		const [closed] = await ctx.db
			.insert(dealClosures)
			.values({ dealId: deal.id, ...closureOf(ctx, input, reason), fromStageId: deal.stageId })
			.onConflictDoNothing()
			.returning();
		// Two people press "Won" at once during the call; the second must learn it, not overwrite.
		if (!closed) return fail('already_closed');
		await ctx.db.update(deals).set({ isOpen: false }).where(eq(deals.id, deal.id));
		await moveTo(ctx, deal, stageId ?? deal.stageId);
		await tell(ctx, deal.id, 'closed', null, said(input, reason));
		return ok({ dealId: deal.id });
	});
}

/**
 * Gives a deal that has ended another end or another reason, by the same rules, from this day on [core 5.24];
 * answers how it had ended. The same end again changes nothing.
 */
export function changeClosing(ctx: Ctx, input: CloseDeal) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, input.dealId);
		const before = await closureAt(ctx, deal.id);
		if (!before) return fail('not_closed');
		const end = await endOf(ctx, deal, input);
		if (!end.ok) return end;
		const { reason, stageId } = end.value;
		const was = { outcome: before.outcome, reasonId: before.reasonId };
		const isSame = was.outcome === input.outcome && was.reasonId === (reason?.id ?? null);
		if (isSame) return ok({ dealId: deal.id, was });
		await ctx.db
			.update(dealClosures)
			.set(closureOf(ctx, input, reason))
			.where(eq(dealClosures.dealId, deal.id));
		// Without a stage for the new end it must not go on lying in that of the old one.
		await moveTo(ctx, deal, stageId ?? before.fromStageId);
		const old = { outcome: before.outcome, reason: before.reason };
		await tell(ctx, deal.id, 'closing_changed', old, said(input, reason));
		return ok({ dealId: deal.id, was });
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
		await ctx.db.update(deals).set({ isOpen: true }).where(eq(deals.id, deal.id));
		await moveTo(ctx, deal, stageId);
		await tell(ctx, deal.id, 'reopened', { outcome: closure.outcome }, null);
		return ok({ dealId: deal.id });
	});
}

interface Reason {
	readonly id: string;
	readonly name: string;
}

/** Whether the deal may end like this, for which reason, and in which stage. */
async function endOf(ctx: Ctx, deal: Deal, input: CloseDeal) {
	const { outcome } = input;
	if (outcome === 'won' && !deal.amountMinor) return fail('amount_needed');
	const reason = await reasonFor(ctx, deal, input);
	if (reason === undefined) return fail(outcome === 'won' ? 'no_success_reason' : 'reason_needed');
	const stageId = await stageOfEnd(ctx, deal.pipelineId, outcome);
	if (stageId === null && outcome === 'won') return fail('no_won_stage');
	return ok({ reason, stageId });
}

const closureOf = (ctx: Ctx, { outcome }: CloseDeal, reason: Reason | null) => ({
	outcome,
	reasonId: reason?.id ?? null,
	closedBy: ctx.actor.type === 'user' ? ctx.actor.id : null,
	closedAt: ctx.now
});

const said = ({ outcome }: CloseDeal, reason: Reason | null) => ({
	outcome,
	reason: reason?.name ?? null
});

async function closureAt(ctx: Ctx, dealId: string) {
	const { outcome, reasonId, fromStageId } = dealClosures;
	const [closure] = await ctx.db
		.select({ outcome, reasonId, fromStageId, reason: closingReasons.name })
		.from(dealClosures)
		.leftJoin(closingReasons, eq(closingReasons.id, reasonId))
		.where(eq(dealClosures.dealId, dealId));
	return closure;
}

/** The reason that this end has: null for none, undefined when the one that is needed is missing. */
async function reasonFor(
	ctx: Ctx,
	{ departmentId }: Deal,
	{ outcome, reasonId }: CloseDeal
): Promise<Reason | null | undefined> {
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

type ClosingAct = 'closed' | 'closing_changed' | 'reopened';

async function tell(ctx: Ctx, dealId: string, act: ClosingAct, old: unknown, fresh: unknown) {
	const [row] = await ctx.db.select({ rev: deals.rev }).from(deals).where(eq(deals.id, dealId));
	await announce(ctx, {
		...{ kind: 'deal', recordId: dealId, rev: row?.rev ?? 0 },
		...{ act: `deal.${act}`, old, new: fresh }
	});
}
