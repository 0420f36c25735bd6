import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { products } from '#lib/server/db/tables/index.ts';
import { productRecords } from '../record.server.ts';

const MOST = 500;

const offered = (departmentId: string) =>
	and(
		eq(products.departmentId, departmentId),
		eq(products.onSale, true),
		isNull(products.deletedAt)
	);

/** What a department sells, to choose from, and what is chosen already even if it is not sold any more. */
export function listProductChoices(
	ctx: Ctx,
	departmentId: string,
	chosen: readonly string[] = []
): Promise<{ readonly id: string; readonly name: string }[]> {
	const isChosen = chosen.length > 0 ? inArray(products.id, [...chosen]) : undefined;
	return ctx.db
		.select({ id: products.id, name: products.name })
		.from(products)
		.where(and(productRecords.visibleTo(ctx.actor), or(offered(departmentId), isChosen)))
		.orderBy(asc(products.name), asc(products.id))
		.limit(MOST);
}

/** Whether a department has anything to sell: then a request says what it is about [C47, C86]. */
export async function isSelling({ db }: Ctx, departmentId: string): Promise<boolean> {
	const [any] = await db
		.select({ id: products.id })
		.from(products)
		.where(offered(departmentId))
		.limit(1);
	return any !== undefined;
}
