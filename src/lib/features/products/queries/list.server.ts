import { and, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { byId } from '#lib/server/db/conditions.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import { departments, productCategories, products } from '#lib/server/db/tables/index.ts';
import { textMatch } from '#lib/server/db/text-match.ts';
import type { Listing } from '#lib/server/records/list.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { productRecords, productsFor, searchedText } from '../record.server.ts';
import { productList } from '../schema.ts';

const BY_NAME: SortColumn = { column: products.name, type: 'text' };
const BY_DELETION: SortColumn = { column: products.deletedAt, type: 'timestamptz' };
const SORTS: Readonly<Record<string, SortColumn>> = {
	name: BY_NAME,
	number: { column: products.number, type: 'bigint' },
	created: { column: products.createdAt, type: 'timestamptz' },
	updated: { column: products.updatedAt, type: 'timestamptz' }
};

const SEARCHED = { table: products, text: searchedText, children: [] };

const row = {
	id: products.id,
	rev: products.rev,
	number: products.number,
	name: products.name,
	type: products.type,
	priceMinor: sql<string | null>`${products.priceMinor}::text`,
	currency: products.currency,
	categoryId: products.categoryId,
	categoryName: productCategories.name,
	onSale: products.onSale,
	departmentName: departments.name,
	createdAt: products.createdAt,
	updatedAt: products.updatedAt,
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

/** One page of the products that the actor may see, as the address asks, and how many there are in all. */
export async function listProducts(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_NAME),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await selection(ctx, query);
	const { page, order } = keysetPage(products, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, products, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'product', ids) };
}

const rowsOf = (ctx: Ctx, page: SQL, order: SQL) =>
	ctx.db
		.select(row)
		.from(sql`(${page}) page`)
		.innerJoin(products, sql`${products.id} = page.id`)
		.innerJoin(departments, eq(departments.id, products.departmentId))
		.leftJoin(productCategories, eq(productCategories.id, products.categoryId))
		.orderBy(order);

async function selection(
	ctx: Ctx,
	{ q, filters, trash }: Pick<ListQuery, 'q' | 'filters' | 'trash'>
): Promise<SQL> {
	const selected = and(
		trash ? productsFor(ctx.actor, 'delete') : productRecords.visibleTo(ctx.actor),
		trash ? isNotNull(products.deletedAt) : isNull(products.deletedAt),
		...Object.entries(filters).map(([name, value]) => condition(name, value)),
		...(q ? [await textMatch(ctx.db, q, SEARCHED)] : [])
	);
	return selected ?? sql`true`;
}

function condition(name: string, value: string): SQL {
	switch (name) {
		case 'department':
			return value === 'all' ? sql`true` : byId(products.departmentId, value);
		case 'type':
			return sql`${products.type} = ${value}`;
		case 'category':
			return byId(products.categoryId, value);
		case 'onSale':
			return sql`${products.onSale} = ${value === 'yes'}`;
		default:
			return sql`true`;
	}
}

/** How products are found, for the API. */
export const productListing: Listing = { shape: productList, sorts: SORTS, select: selection };
