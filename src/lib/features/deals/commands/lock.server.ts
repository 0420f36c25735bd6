import { and, eq, isNull } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { dealCoOwners, deals } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { canEditDeal } from '../policy.ts';
import { dealRecords } from '../record.server.ts';

/** Locks a deal that the actor may edit as a whole, and answers its row. */
export async function lockEditableDeal(ctx: Ctx, dealId: string) {
	const [deal] = await ctx.db
		.select()
		.from(deals)
		.where(and(dealRecords.visibleTo(ctx.actor), eq(deals.id, dealId), isNull(deals.deletedAt)))
		.for('no key update');
	if (!deal) throw new NotFound('deal');
	const coOwners = await ctx.db
		.select({ id: dealCoOwners.userId })
		.from(dealCoOwners)
		.where(eq(dealCoOwners.dealId, dealId));
	const coOwnerIds = coOwners.map(({ id }) => id);
	if (!canEditDeal(ctx.actor, { ...deal, coOwnerIds })) throw new Forbidden('deal');
	return { ...deal, coOwnerIds };
}
