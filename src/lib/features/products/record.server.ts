import { inArray, sql, type SQL } from 'drizzle-orm';
import type { Money, RecordValues } from '#lib/records/values.ts';
import { existingDepartments, inDepartment } from '#lib/server/db/referable.ts';
import { departments, productCategories, products } from '#lib/server/db/tables/index.ts';
import { defineServerKind, type Row } from '#lib/server/records/kind.ts';
import { type Actor, scopeOf } from '#lib/shared/actor.ts';
import { canCreateProduct, canDeleteProduct, canEditProduct, canReadProduct } from './policy.ts';
import { productKind } from './record.ts';

/** Exactly the expression of the index products_name_trigrams. */
export const searchedText = sql`(coalesce(${products.name}, '') || ' ' || coalesce(${products.description}, ''))`;

/** Products on the record engine: where their fields lie, who may see and write them. */
export const productRecords = defineServerKind({
	kind: productKind,
	table: products,
	columns: {
		name: { columns: ['name'] },
		type: { columns: ['type'] },
		price: {
			columns: ['priceMinor', 'currency'],
			toColumns(value) {
				// Of this field's type: money() has parsed it.
				const price = value as Money | null;
				return { priceMinor: price && BigInt(price.minor), currency: price && price.currency };
			},
			fromRow(row) {
				const { priceMinor, currency } = rowOf(row);
				return priceMinor === null || currency === null
					? null
					: { minor: priceMinor.toString(), currency };
			}
		},
		category: { columns: ['categoryId'] },
		onSale: { columns: ['onSale'] },
		description: { columns: ['description'] },
		department: { columns: ['departmentId'] }
	},
	sets: {},
	lists: {},
	richTexts: {},
	names: { category: productCategories.name, department: departments.name },
	search: {
		title: products.name,
		names: searchedText,
		detail: sql`${productCategories.name}`,
		joins: sql`left join ${productCategories} on ${productCategories.id} = ${products.categoryId}`
	},
	visibleTo: (actor) => productsFor(actor, 'read'),
	mayRead: (actor, row) => canReadProduct(actor, rowOf(row)),
	writable: (actor, row) => (canEditProduct(actor, rowOf(row)) ? 'all' : 'none'),
	mayCreate: (actor, values) => canCreateProduct(actor, departmentIn(values)),
	mayDelete: (actor, row) => canDeleteProduct(actor, rowOf(row)),
	referable(ctx, field, candidates, row, values) {
		const departmentId = departmentIn(values) ?? (row && rowOf(row).departmentId);
		switch (field) {
			case 'category':
				return inDepartment(ctx, productCategories, { ids: candidates, departmentId });
			case 'department':
				return existingDepartments(ctx, candidates);
			default:
				throw new Error(`product.${field} refers to nothing`);
		}
	},
	referableBy: ['department'],
	topics: (row) => [`product:department:${rowOf(row).departmentId}`]
});

/** SQL: the products that the actor may treat like this; the trash is for those who may delete. */
export function productsFor(actor: Actor, verb: 'read' | 'delete'): SQL {
	const scope = scopeOf(actor, 'product', verb);
	if (scope === 'all') return sql`true`;
	if (scope !== 'department') return sql`false`;
	return inArray(products.departmentId, [...actor.departmentIds]);
}

const departmentIn = (values: RecordValues) =>
	typeof values.department === 'string' ? values.department : null;

// The engine hands out rows of this very table; it only knows them by shape.
const rowOf = (row: Row) => row as unknown as typeof products.$inferSelect;
