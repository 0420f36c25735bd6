import { eq } from 'drizzle-orm';
import { lockDealFor } from '#lib/features/deals/commands.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { lineItems, products } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { Verb } from '#lib/shared/actor.ts';

/** Locks the deal of a line item and then the item; what the actor may not see is not there. */
export async function lockItem(
	ctx: Ctx,
	itemId: string,
	entity: 'lineItem' | 'shipment',
	verb: Verb
) {
	const [found] = await ctx.db
		.select({ dealId: lineItems.dealId })
		.from(lineItems)
		.where(eq(lineItems.id, itemId));
	if (!found) throw new NotFound('lineItem');
	const deal = await lockDealFor(ctx, found.dealId, entity, verb);
	const [locked] = await ctx.db
		.select({ item: lineItems, productName: products.name })
		.from(lineItems)
		.innerJoin(products, eq(products.id, lineItems.productId))
		.where(eq(lineItems.id, itemId))
		.for('update', { of: lineItems });
	if (!locked) throw new NotFound('lineItem');
	return { deal, ...locked };
}
