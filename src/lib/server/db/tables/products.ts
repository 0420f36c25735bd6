import { sql } from 'drizzle-orm';
import { bigint, boolean, char, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { peopleText, recordColumns } from './columns.ts';
import { productCategories } from './settings.ts';
import { departments } from './users.ts';

/** What a department sells [core 4.10]. */
export const products = pgTable(
	'products',
	{
		...recordColumns(),
		number: bigint({ mode: 'number' }).notNull().generatedByDefaultAsIdentity().unique(),
		name: peopleText().notNull(),
		description: text(),
		/** Of one piece or unit, without VAT. */
		priceMinor: bigint({ mode: 'bigint' }),
		currency: char({ length: 3 }),
		type: text({ enum: ['goods', 'service'] })
			.notNull()
			.default('goods'),
		categoryId: uuid().references(() => productCategories.id, { onDelete: 'restrict' }),
		/** What is not on sale any more is no choice for new line items. */
		onSale: boolean().notNull().default(true),
		departmentId: uuid()
			.notNull()
			.references(() => departments.id, { onDelete: 'restrict' })
	},
	(t) => [
		check('products_price_with_currency', sql`(${t.priceMinor} is null) = (${t.currency} is null)`),
		check('products_type', sql`${t.type} in ('goods', 'service')`),
		index('products_by_department_name')
			.on(t.departmentId, t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('products_by_name')
			.on(t.name, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('products_by_number')
			.on(t.number, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('products_by_created')
			.on(t.createdAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('products_by_updated')
			.on(t.updatedAt, t.id)
			.where(sql`${t.deletedAt} is null`),
		index('products_in_trash')
			.on(t.deletedAt, t.id)
			.where(sql`${t.deletedAt} is not null`),
		index('products_by_category').on(t.categoryId),
		index('products_by_currency').on(t.currency),
		index('products_folded_trigrams').using(
			'gin',
			sql`search_fold(coalesce(${t.name}, '') || ' ' || coalesce(${t.description}, '')) gin_trgm_ops`
		)
	]
);
