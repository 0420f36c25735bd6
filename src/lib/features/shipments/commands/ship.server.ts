import { and, asc, eq, isNotNull, ne } from 'drizzle-orm';
import { m } from '#lib/messages/messages.js';
import { type LockedDeal, tellBeside } from '#lib/features/deals/commands.server.ts';
import { dealRecords, positionOnTop } from '#lib/features/deals/record.server.ts';
import type { Edit } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { dealClosures, deals, lineItems, stages } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { edit } from '#lib/server/records/commit.ts';
import { todayIn } from '#lib/shared/days.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { ChangeShipment, OneLineItem, ShipItem } from '../schema.ts';
import { lockItem } from './lock.server.ts';

type Item = typeof lineItems.$inferSelect;

interface Shipped {
	readonly deal: LockedDeal;
	readonly item: Item;
	readonly productName: string;
}

/**
 * Says that an item has gone out, today unless another day is given: the deal goes to its pipeline's
 * stage of shipped goods with a next step for today [core 5.15]. A deal that has ended stays where it is.
 */
export function shipItem(ctx: Ctx, { itemId, shippedOn }: ShipItem) {
	return inTransaction(ctx, async (ctx) => {
		const locked = await lockItem(ctx, itemId, 'shipment', 'update');
		if (locked.item.contractOn === null) return fail('no_contract_day');
		if (locked.item.shippedOn !== null) return fail('already_shipped');
		await ship(ctx, locked, shippedOn ?? todayOf(ctx));
		return ok({ dealId: locked.deal.id });
	});
}

/** Takes a shipment back; with the last one the deal returns to where it was [C209]. */
export function unshipItem(ctx: Ctx, { itemId }: OneLineItem) {
	return inTransaction(ctx, async (ctx) => {
		const locked = await lockItem(ctx, itemId, 'shipment', 'update');
		if (locked.item.shippedOn === null) return fail('not_shipped');
		await unship(ctx, locked);
		return ok({ dealId: locked.deal.id });
	});
}

/** Says when an item shall go out, when it did, and which piece it was, if it is still as its author saw it. */
export function changeShipment(ctx: Ctx, input: ChangeShipment) {
	return inTransaction(ctx, async (ctx) => {
		const locked = await lockItem(ctx, input.itemId, 'shipment', 'update');
		const { deal, item } = locked;
		if (item.contractOn === null) throw new NotFound('shipment');
		if (item.rev !== input.rev) return fail('changed_meanwhile');
		const said = { plannedOn: input.plannedOn ?? null, serialNumber: input.serialNumber ?? null };
		const before = { plannedOn: item.plannedOn, serialNumber: item.serialNumber };
		if (said.plannedOn !== before.plannedOn || said.serialNumber !== before.serialNumber) {
			await set(ctx, item, said);
			await tellBeside(ctx, deal, {
				...{ noun: 'shipment', id: item.id, act: 'item.planned' },
				...{ old: { product: locked.productName, ...before } },
				...{ new: { product: locked.productName, ...said } },
				open: { product: locked.productName }
			});
		}
		const shippedOn = input.shippedOn ?? null;
		if (shippedOn === null && item.shippedOn !== null) await unship(ctx, locked);
		if (shippedOn !== null && shippedOn !== item.shippedOn) await ship(ctx, locked, shippedOn);
		return ok({ dealId: deal.id, itemId: item.id });
	});
}

async function ship(ctx: Ctx, { deal, item, productName }: Shipped, shippedOn: string) {
	const isFirst = item.shippedOn === null;
	const moved = isFirst && (await moveToShipped(ctx, deal, productName));
	await set(ctx, item, {
		shippedOn,
		shippedFromStageId: moved ? deal.stageId : item.shippedFromStageId
	});
	await tellBeside(ctx, deal, {
		...{ noun: 'shipment', id: item.id, act: isFirst ? 'item.shipped' : 'item.planned' },
		...{ old: { product: productName, shippedOn: item.shippedOn } },
		...{ new: { product: productName, quantity: item.quantity, shippedOn } },
		open: { product: productName, quantity: item.quantity, shippedOn }
	});
}

async function unship(ctx: Ctx, { deal, item, productName }: Shipped) {
	await set(ctx, item, { shippedOn: null, shippedFromStageId: null });
	await moveBack(ctx, deal, item);
	await tellBeside(ctx, deal, {
		...{ noun: 'shipment', id: item.id, act: 'item.unshipped' },
		...{ old: { product: productName, shippedOn: item.shippedOn } },
		...{ new: { product: productName, shippedOn: null } },
		open: { product: productName }
	});
}

const todayOf = ({ actor, now }: Ctx) => todayIn(actor.timeZone, now);

const set = (ctx: Ctx, { id, rev }: Item, values: Partial<typeof lineItems.$inferInsert>) =>
	ctx.db
		.update(lineItems)
		.set({
			...values,
			// One form may say two things of the same row.
			rev: rev + 1,
			updatedAt: ctx.now,
			modifiedBy: ctx.actor.type === 'user' ? ctx.actor.id : null
		})
		.where(eq(lineItems.id, id));

/** True when the deal went from another stage to the one of shipped goods. */
async function moveToShipped(ctx: Ctx, deal: LockedDeal, product: string): Promise<boolean> {
	if (await hasEnded(ctx, deal.id)) return false;
	const [stage] = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(and(eq(stages.pipelineId, deal.pipelineId), eq(stages.outcome, 'shipped')))
		.orderBy(asc(stages.position), asc(stages.id))
		.limit(1);
	const moves = stage !== undefined && stage.id !== deal.stageId;
	const locale = ctx.actor.language;
	await steer(ctx, deal, [
		{
			field: 'nextStep',
			set: m.shipments_next_step({ product, name: ctx.actor.name }, { locale })
		},
		{ field: 'nextStepOn', set: todayOf(ctx) },
		...(moves ? [{ field: 'stage', set: stage.id }] : [])
	]);
	return moves;
}

/** Back to where the deal was, unless other items are out, it has moved on since, or that stage is no more. */
async function moveBack(ctx: Ctx, deal: LockedDeal, item: Item): Promise<void> {
	if (item.shippedFromStageId === null || (await hasEnded(ctx, deal.id))) return;
	const [current] = await ctx.db
		.select({ outcome: stages.outcome })
		.from(stages)
		.where(eq(stages.id, deal.stageId));
	const [other] = await ctx.db
		.select({ id: lineItems.id })
		.from(lineItems)
		.where(
			and(eq(lineItems.dealId, deal.id), isNotNull(lineItems.shippedOn), ne(lineItems.id, item.id))
		)
		.limit(1);
	if (current?.outcome !== 'shipped') return;
	if (other) return passOn(ctx, other.id, item.shippedFromStageId);
	const [from] = await ctx.db
		.select({ id: stages.id })
		.from(stages)
		.where(
			and(
				eq(stages.id, item.shippedFromStageId),
				eq(stages.pipelineId, deal.pipelineId),
				eq(stages.outcome, 'open')
			)
		);
	if (from) await steer(ctx, deal, [{ field: 'stage', set: from.id }]);
}

/** The item that is still out knows the way back now. */
const passOn = async (ctx: Ctx, itemId: string, stageId: string): Promise<void> => {
	await ctx.db
		.update(lineItems)
		.set({ shippedFromStageId: stageId })
		.where(eq(lineItems.id, itemId));
};

async function hasEnded(ctx: Ctx, dealId: string): Promise<boolean> {
	const [closure] = await ctx.db
		.select({ dealId: dealClosures.dealId })
		.from(dealClosures)
		.where(eq(dealClosures.dealId, dealId));
	return closure !== undefined;
}

/** Whoever may ship moves the deal by it, even where he may not open deals. */
async function steer(ctx: Ctx, deal: LockedDeal, edits: readonly Edit[]): Promise<void> {
	const permissions = { ...ctx.actor.permissions, 'deal.read': 'all' } as const;
	const shipper = { ...ctx, actor: { ...ctx.actor, permissions } };
	const moved = await edit(shipper, dealRecords, deal.id, edits, { commandMark: 'shipItem' });
	if (!moved.ok) throw new Error(`shipment refused: ${JSON.stringify(moved.faults)}`);
	const stage = edits.find(({ field }) => field === 'stage');
	if (stage && 'set' in stage && typeof stage.set === 'string') {
		const position = await positionOnTop(ctx, stage.set);
		await ctx.db.update(deals).set({ position }).where(eq(deals.id, deal.id));
	}
}
