import { and, eq, gt, inArray, isNull, lt, max, min, ne } from 'drizzle-orm';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { deals } from '#lib/server/db/tables/index.ts';
import { edit } from '#lib/server/records/commit.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { keyBetween } from '../model.ts';
import { dealRecords, positionOnTop } from '../record.server.ts';
import type { MoveDeal } from '../schema.ts';
import { lockEditableDeal } from './lock.server.ts';

/**
 * Puts a card between two others of a stage. Neighbours that have moved away or gone meanwhile are
 * ignored; with none left the card comes on top. Answers where it lay and lies, so that the move can be
 * taken back as long as nobody has moved the card again. A move that comes late does not move a card that
 * somebody else has moved since.
 */
export function moveDeal(ctx: Ctx, input: MoveDeal) {
	const { dealId, stageId, afterId, beforeId, fromStageId, undoes } = input;
	return inTransaction(ctx, async (ctx) => {
		const deal = await lockEditableDeal(ctx, dealId);
		if (undoes !== undefined && undoes !== placeOf(deal)) return fail('moved_meanwhile');
		const expected = [fromStageId ?? deal.stageId, stageId];
		if (!expected.includes(deal.stageId)) return fail('moved_meanwhile');
		const position = await positionAmong(ctx, {
			dealId,
			stageId,
			afterId: afterId ?? null,
			beforeId: beforeId ?? null
		});
		if (deal.stageId !== stageId) {
			const edits = [{ field: 'stage', set: stageId }];
			const from = undoes === undefined ? {} : ({ source: 'undo' } as const);
			const edited = await edit(ctx, dealRecords, dealId, edits, from);
			if (!edited.ok) return { ok: false, faults: edited.faults } as const;
		}
		await ctx.db.update(deals).set({ position }).where(eq(deals.id, dealId));
		// A new place within a stage is no edit of the record, but boards must show it.
		if (deal.stageId === stageId) await announcePlace(ctx, deal);
		return ok({ dealId, was: deal.stageId, place: placeOf({ stageId, position }) });
	});
}

/** Where a card lies, for comparing only. */
const placeOf = ({ stageId, position }: { readonly stageId: string; readonly position: string }) =>
	`${stageId} ${position}`;

/** Boards must look although the record has not changed: it lies elsewhere within its stage. */
export const announcePlace = (ctx: Ctx, deal: Awaited<ReturnType<typeof lockEditableDeal>>) =>
	notifyLive(ctx, {
		type: 'record',
		kind: 'deal',
		id: deal.id,
		rev: deal.rev,
		topics: dealRecords.topics(deal, { coOwners: deal.coOwnerIds }),
		act: 'edit'
	});

interface Place {
	readonly dealId: string;
	readonly stageId: string;
	readonly afterId: string | null;
	readonly beforeId: string | null;
}

async function positionAmong(ctx: Ctx, place: Place): Promise<string> {
	const { after, before } = await neighbours(ctx, place);
	const others = and(
		eq(deals.stageId, place.stageId),
		isNull(deals.deletedAt),
		ne(deals.id, place.dealId)
	);
	if (after !== undefined) {
		// Strictly beyond: cards with equal keys have no room between them.
		const [next] = await ctx.db
			.select({ position: min(deals.position) })
			.from(deals)
			.where(and(others, gt(deals.position, after)));
		return keyBetween(after, next?.position ?? null);
	}
	if (before === undefined) return positionOnTop(ctx, place.stageId);
	const [previous] = await ctx.db
		.select({ position: max(deals.position) })
		.from(deals)
		.where(and(others, lt(deals.position, before)));
	return keyBetween(previous?.position ?? null, before);
}

/** Keys of the two cards as they are now, if they still lie in that stage. */
async function neighbours(ctx: Ctx, { stageId, afterId, beforeId, dealId }: Place) {
	const ids = [afterId, beforeId].filter((id): id is string => id !== null && id !== dealId);
	if (ids.length === 0) return {};
	const rows = await ctx.db
		.select({ id: deals.id, position: deals.position })
		.from(deals)
		.where(and(inArray(deals.id, ids), eq(deals.stageId, stageId), isNull(deals.deletedAt)));
	const keyOf = (id: string | null) => rows.find((row) => row.id === id)?.position;
	return { after: keyOf(afterId), before: keyOf(beforeId) };
}
