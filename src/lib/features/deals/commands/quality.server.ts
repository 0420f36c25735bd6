import { and, eq } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { deals, qualityEvents, qualitySignals } from '#lib/server/db/tables/index.ts';
import { announce } from '#lib/server/records/announce.ts';
import type { Act } from '#lib/shared/acts.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { NoteQuality, OneQualityEvent } from '../schema.ts';
import { lockEditableDeal } from './lock.server.ts';
import { announcePlace } from './move.server.ts';

/** Notes that something good or bad happened with a deal; it weighs what its signal says unless told otherwise. */
export function noteQuality(
	ctx: Ctx,
	{ dealId, signalId, qualityWeight, qualityDetails }: NoteQuality
) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, dealId);
		const [signal] = await ctx.db
			.select()
			.from(qualitySignals)
			.where(
				and(eq(qualitySignals.id, signalId), eq(qualitySignals.departmentId, deal.departmentId))
			)
			.for('key share');
		if (!signal) return fail('signal_unknown');
		const weight = qualityWeight ?? signal.weight;
		const eventId = newId();
		await ctx.db.insert(qualityEvents).values({
			...{ id: eventId, dealId, signalId, weight },
			details: qualityDetails || null,
			createdAt: ctx.now,
			createdBy: ctx.actor.type === 'user' ? ctx.actor.id : null
		});
		const told = { signal: signal.name, weight, details: qualityDetails || null };
		await tell(ctx, deal, 'quality.noted', null, told);
		return ok({ dealId, eventId });
	});
}

/** Takes such a note back; the history keeps that it had been made. */
export function removeQuality(ctx: Ctx, { dealId, eventId }: OneQualityEvent) {
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, dealId);
		const [gone] = await ctx.db
			.delete(qualityEvents)
			.where(and(eq(qualityEvents.id, eventId), eq(qualityEvents.dealId, deal.id)))
			.returning();
		if (!gone) return fail('event_gone');
		const [signal] = await ctx.db
			.select({ name: qualitySignals.name })
			.from(qualitySignals)
			.where(eq(qualitySignals.id, gone.signalId));
		const told = { signal: signal?.name ?? '', weight: gone.weight, details: gone.details };
		await tell(ctx, deal, 'quality.taken_back', told, null);
		return ok({ dealId });
	});
}

async function tell(
	ctx: Ctx,
	deal: Awaited<ReturnType<typeof lockEditableDeal>>,
	act: Act,
	old: unknown,
	fresh: unknown
): Promise<void> {
	const [row] = await ctx.db.select({ rev: deals.rev }).from(deals).where(eq(deals.id, deal.id));
	const about = { kind: 'deal', recordId: deal.id, rev: row?.rev ?? deal.rev } as const;
	await announce(ctx, { ...about, act, old, new: fresh });
	await announcePlace(ctx, deal);
}
