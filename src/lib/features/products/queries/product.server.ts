import { and, eq, isNotNull, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { deals, departments, lineItems, products, ydocs } from '#lib/server/db/tables/index.ts';
import { NotFound } from '#lib/server/errors.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { isId } from '#lib/shared/ids.ts';
import { canDeleteProduct, canEditProduct } from '../policy.ts';
import { productRecords, productsFor } from '../record.server.ts';

/** One product with its values, the names beside it and what the actor may do with it. */
export async function getProduct(ctx: Ctx, id: string) {
	if (!isId(id)) throw new NotFound('product');
	const [found] = await ctx.db
		.select({
			id: products.id,
			rev: products.rev,
			number: products.number,
			name: products.name,
			createdAt: products.createdAt,
			updatedAt: products.updatedAt,
			deletedAt: products.deletedAt,
			departmentId: products.departmentId,
			departmentName: departments.name,
			defaultCurrency: departments.defaultCurrency,
			epoch: ydocs.epoch,
			/** How many deals have it, whoever may see them. */
			deals: sql<number>`(
				select count(distinct ${lineItems.dealId})::int from ${lineItems}
				join ${deals} on ${deals.id} = ${lineItems.dealId} and ${deals.deletedAt} is null
				where ${lineItems.productId} = ${products.id})`
		})
		.from(products)
		.innerJoin(departments, eq(departments.id, products.departmentId))
		.leftJoin(ydocs, and(eq(ydocs.kind, sql`'product'`), eq(ydocs.recordId, products.id)))
		.where(and(productRecords.visibleTo(ctx.actor), eq(products.id, id)));
	const loaded = found && (await loadRecord(ctx, productRecords, id));
	if (!found || !loaded) throw new NotFound('product');
	const mayDelete = canDeleteProduct(ctx.actor, found);
	if (found.deletedAt !== null && !mayDelete) throw new NotFound('product');
	const mayEdit = found.deletedAt === null && canEditProduct(ctx.actor, found);
	return { ...found, values: loaded.values, mayEdit, mayDelete };
}

/** A product in the trash that the actor may restore, or null. */
export async function getTrashedProduct(ctx: Ctx, id: string) {
	const [found] = await ctx.db
		.select({ id: products.id, name: products.name })
		.from(products)
		.where(
			and(productsFor(ctx.actor, 'delete'), byId(products.id, id), isNotNull(products.deletedAt))
		);
	return found ?? null;
}
