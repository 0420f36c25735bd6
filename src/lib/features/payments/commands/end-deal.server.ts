import { and, eq, isNotNull, isNull, ne } from 'drizzle-orm';
import {
	changeClosing,
	closeDeal,
	reopenDeal,
	tellBeside
} from '#lib/features/deals/commands.server.ts';
import type { CloseDeal, OneDeal } from '#lib/features/deals/schema.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { dealCoOwners, deals, payments } from '#lib/server/db/tables/index.ts';
import type { Act } from '#lib/shared/acts.ts';
import { fail } from '#lib/shared/result.ts';
import { inHistory } from '../model.ts';
import type { EndDeal } from '../schema.ts';

type Payment = typeof payments.$inferSelect;

/**
 * Ends a deal as `closeDeal` does. Money that was still expected of one that is not won is set aside, once
 * whoever ends it has said so; what has come stays [T164, B165]. It comes back with `resumeDeal`.
 */
export function endDeal(ctx: Ctx, { setAside, ...input }: EndDeal) {
	return confirmed(ctx, async (ctx) => {
		const closed = await closeDeal(ctx, input);
		if (closed.ok) await settle(ctx, input, setAside);
		return closed;
	});
}

/**
 * Gives an ended deal another end as `changeClosing` does: what was set aside is expected again of one that is
 * won after all, and the other way round.
 */
export function changeEnd(ctx: Ctx, { setAside, ...input }: EndDeal) {
	return confirmed(ctx, async (ctx) => {
		const changed = await changeClosing(ctx, input);
		if (changed.ok) await settle(ctx, input, setAside);
		return changed;
	});
}

/** Opens a deal again as `reopenDeal` does, and expects again what was set aside when it ended. */
export function resumeDeal(ctx: Ctx, input: OneDeal) {
	return inTransaction(ctx, async (ctx) => {
		const opened = await reopenDeal(ctx, input);
		if (opened.ok) await expectAgain(ctx, input.dealId);
		return opened;
	});
}

/** Runs one way to end a deal in a transaction that is taken back when it was not said on purpose. */
async function confirmed<Value>(ctx: Ctx, work: (ctx: Ctx) => Promise<Value>) {
	try {
		return await inTransaction(ctx, work);
	} catch (thrown) {
		if (thrown instanceof NotConfirmed) return fail('forecasts_left');
		throw thrown;
	}
}

async function settle(ctx: Ctx, { dealId, outcome }: CloseDeal, isConfirmed: boolean) {
	if (outcome === 'won') return expectAgain(ctx, dealId);
	const aside = await ctx.db
		.update(payments)
		.set({ setAsideAt: ctx.now })
		.where(
			and(eq(payments.dealId, dealId), ne(payments.status, 'received'), isNull(payments.setAsideAt))
		)
		.returning();
	if (aside.length > 0 && !isConfirmed) throw new NotConfirmed();
	await tellAll(ctx, dealId, 'payment.set_aside', aside);
}

async function expectAgain(ctx: Ctx, dealId: string) {
	const back = await ctx.db
		.update(payments)
		.set({ setAsideAt: null })
		.where(and(eq(payments.dealId, dealId), isNotNull(payments.setAsideAt)))
		.returning();
	await tellAll(ctx, dealId, 'payment.expected_again', back);
}

/** Takes the closing back: nobody has been asked yet. */
class NotConfirmed extends Error {}

async function tellAll(ctx: Ctx, dealId: string, act: Act, changed: readonly Payment[]) {
	if (changed.length === 0) return;
	const [deal] = await ctx.db.select().from(deals).where(eq(deals.id, dealId));
	const coOwners = await ctx.db
		.select({ id: dealCoOwners.userId })
		.from(dealCoOwners)
		.where(eq(dealCoOwners.dealId, dealId));
	if (!deal) return;
	const told = { ...deal, coOwnerIds: coOwners.map(({ id }) => id) };
	for (const payment of changed) {
		const { id } = payment;
		await tellBeside(ctx, told, { noun: 'payment', id, act, new: inHistory(payment) });
	}
}
