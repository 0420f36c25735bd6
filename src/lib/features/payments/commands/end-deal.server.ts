import { and, eq, isNotNull, isNull, ne } from 'drizzle-orm';
import { closeDeal, reopenDeal, tellBeside } from '#lib/features/deals/commands.server.ts';
import type { OneDeal } from '#lib/features/deals/schema.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { dealCoOwners, deals, payments } from '#lib/server/db/tables/index.ts';
import { fail } from '#lib/shared/result.ts';
import { inHistory } from '../model.ts';
import type { EndDeal } from '../schema.ts';

type Payment = typeof payments.$inferSelect;

/**
 * Ends a deal as `closeDeal` does. Money that was still expected of one that is not won is set aside, once
 * whoever ends it has said so; what has come stays [T164, B165]. It comes back with `resumeDeal`.
 */
export async function endDeal(ctx: Ctx, { setAside, ...input }: EndDeal) {
	try {
		return await inTransaction(ctx, async (ctx) => {
			const closed = await closeDeal(ctx, input);
			if (!closed.ok || input.outcome === 'won') return closed;
			const aside = await ctx.db
				.update(payments)
				.set({ setAsideAt: ctx.now })
				.where(
					and(
						eq(payments.dealId, closed.value.dealId),
						ne(payments.status, 'received'),
						isNull(payments.setAsideAt)
					)
				)
				.returning();
			if (aside.length > 0 && !setAside) throw new NotConfirmed();
			await tellAll(ctx, input.dealId, 'payment.set_aside', aside);
			return closed;
		});
	} catch (thrown) {
		if (thrown instanceof NotConfirmed) return fail('forecasts_left');
		throw thrown;
	}
}

/** Takes the closing back: nobody has been asked yet. */
class NotConfirmed extends Error {}

/** Opens a deal again as `reopenDeal` does, and expects again what was set aside when it ended. */
export function resumeDeal(ctx: Ctx, input: OneDeal) {
	return inTransaction(ctx, async (ctx) => {
		const opened = await reopenDeal(ctx, input);
		if (!opened.ok) return opened;
		const back = await ctx.db
			.update(payments)
			.set({ setAsideAt: null })
			.where(and(eq(payments.dealId, opened.value.dealId), isNotNull(payments.setAsideAt)))
			.returning();
		await tellAll(ctx, input.dealId, 'payment.expected_again', back);
		return opened;
	});
}

async function tellAll(ctx: Ctx, dealId: string, act: string, changed: readonly Payment[]) {
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
