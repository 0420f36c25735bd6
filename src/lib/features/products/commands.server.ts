import { and, eq, isNull } from 'drizzle-orm';
import type { Revert } from '#lib/records/history.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { deals, lineItems, products } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { edit, type EditOptions } from '#lib/server/records/commit.ts';
import { create } from '#lib/server/records/create.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import { lookAt } from '#lib/server/records/looked.ts';
import { revert } from '#lib/server/records/revert.ts';
import { restore, trash } from '#lib/server/records/trash.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { productRecords } from './record.server.ts';
import type { CreateProduct, OneProduct } from './schema.ts';

/** Stores a new product, on sale; unless the input says otherwise in the actor's first department. */
export function createProduct(
	ctx: Ctx,
	{ id, departmentId, values }: CreateProduct & { readonly values: RecordValues }
) {
	return inTransaction(ctx, async (ctx) => {
		const department = departmentId ?? ctx.actor.departmentIds[0];
		if (!department) return fail('department_required');
		return create(ctx, productRecords, {
			// The form's id is its key too: pressing twice answers the first record.
			...(id ? { id, idempotencyKey: id } : {}),
			values: { type: 'goods', onSale: true, ...values, department }
		});
	});
}

/** Saves what a form or a device changed; every field with the value that its author saw. */
export const saveProduct = (
	ctx: Ctx,
	productId: string,
	edits: readonly Edit[],
	options: Pick<EditOptions, 'mode'> = {}
) => edit(ctx, productRecords, productId, edits, options);

/** Gives a field of the product back an earlier value. */
export const revertProduct = (ctx: Ctx, productId: string, asked: Revert) =>
	revert(ctx, productRecords, productId, asked);

/** Notes that the actor has seen the product as it is now. */
export async function lookAtProduct(ctx: Ctx, { id }: OneProduct) {
	await lookAt(ctx, productRecords, id);
	return ok({ id });
}

/** Puts a product into the trash, unless deals have it: what was sold stays what it was. */
export const trashProduct = (ctx: Ctx, { id }: OneProduct) =>
	inTransaction(ctx, async (ctx) => {
		// Whoever adds it to a deal meanwhile holds it until then.
		await ctx.db
			.select({ id: products.id })
			.from(products)
			.where(eq(products.id, id))
			.for('update');
		await requireDeletable(ctx, id);
		const [used] = await ctx.db
			.select({ id: lineItems.id })
			.from(lineItems)
			.innerJoin(deals, eq(deals.id, lineItems.dealId))
			.where(and(eq(lineItems.productId, id), isNull(deals.deletedAt)))
			.limit(1);
		if (used) return fail('product_in_use');
		await trash(ctx, productRecords, id);
		return ok({ id });
	});

/** Before anything is said about where it is used. Throws NotFound and Forbidden. */
async function requireDeletable(ctx: Ctx, id: string): Promise<void> {
	const record = await loadRecord(ctx, productRecords, id);
	if (!record) throw new NotFound('product');
	if (!productRecords.mayDelete(ctx.actor, record.row)) throw new Forbidden('product');
}

/** Takes a product out of the trash. */
export const restoreProduct = (ctx: Ctx, { id }: OneProduct) =>
	inTransaction(ctx, async (ctx) => {
		await restore(ctx, productRecords, id);
		return ok({ id });
	});

export { copyDepartment } from './commands/copy-department.server.ts';
