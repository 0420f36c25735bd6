import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { productRecords } from '#lib/features/products/record.server.ts';
import { idsOf } from '#lib/records/document.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { products } from '#lib/server/db/tables/index.ts';

const old = alias(products, 'old');

/**
 * What becomes of a request's products when it moves to another department: each is the one of the same name
 * there, and goes where there is none [C331].
 */
export async function takeProductsAlong(
	ctx: Ctx,
	values: RecordValues,
	departmentId: string
): Promise<readonly Edit[]> {
	const remove = idsOf(values.products);
	if (remove.length === 0) return [];
	const twins = await ctx.db
		.selectDistinctOn([old.id], { id: products.id })
		.from(products)
		.innerJoin(old, sql`lower(${old.name}) = lower(${products.name})`)
		.where(
			and(
				inArray(old.id, [...remove]),
				eq(products.departmentId, departmentId),
				isNull(products.deletedAt),
				productRecords.visibleTo(ctx.actor)
			)
		)
		.orderBy(old.id, products.number);
	return [{ field: 'products', remove, add: [...new Set(twins.map(({ id }) => id))] }];
}
