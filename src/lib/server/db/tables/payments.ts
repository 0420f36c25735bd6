import { sql } from 'drizzle-orm';
import {
	bigint,
	boolean,
	char,
	check,
	date,
	index,
	integer,
	numeric,
	pgTable,
	text,
	uuid
} from 'drizzle-orm/pg-core';
import { instant } from './columns.ts';
import { currencies } from './currencies.ts';
import { deals } from './deals.ts';
import { products } from './products.ts';
import { stages } from './settings.ts';
import { users } from './users.ts';

/** A row beside a deal that commands change: who saw which state of it is told by `rev`. */
const rowColumns = () => ({
	id: uuid().primaryKey(),
	rev: integer().notNull().default(1),
	dealId: uuid()
		.notNull()
		.references(() => deals.id, { onDelete: 'restrict' }),
	createdAt: instant()
		.notNull()
		.default(sql`now()`),
	createdBy: uuid().references(() => users.id, { onDelete: 'restrict' }),
	updatedAt: instant()
		.notNull()
		.default(sql`now()`),
	modifiedBy: uuid().references(() => users.id, { onDelete: 'restrict' })
});

/** What a deal is about, piece by piece, and when it leaves the house; the same row is its shipment [core 4.7]. */
export const lineItems = pgTable(
	'line_items',
	{
		...rowColumns(),
		productId: uuid()
			.notNull()
			.references(() => products.id, { onDelete: 'restrict' }),
		quantity: integer().notNull().default(1),
		/** Of one piece, without VAT. */
		unitPriceMinor: bigint({ mode: 'bigint' }),
		currency: char({ length: 3 }).references(() => currencies.code, { onDelete: 'restrict' }),
		/** In per cent of the price. */
		discount: numeric({ precision: 5, scale: 2 }).notNull().default('0'),
		/** Unit price × quantity less the discount, rounded once. */
		amountMinor: bigint({ mode: 'bigint' }).generatedAlwaysAs(
			sql`round(unit_price_minor * quantity * (100 - discount) / 100)::bigint`
		),
		/** By the contract; an item without it is no shipment yet. */
		contractOn: date({ mode: 'string' }),
		plannedOn: date({ mode: 'string' }),
		/** The day on which it went out; empty while it has not. */
		shippedOn: date({ mode: 'string' }),
		/** Where the deal goes back to when the shipment is taken back. */
		shippedFromStageId: uuid().references(() => stages.id, { onDelete: 'set null' }),
		serialNumber: text()
	},
	(t) => [
		check('line_items_quantity', sql`${t.quantity} between 1 and 1000000`),
		check(
			'line_items_price_with_currency',
			sql`(${t.unitPriceMinor} is null) = (${t.currency} is null)`
		),
		// A million pieces of it are still a bigint.
		check('line_items_price', sql`${t.unitPriceMinor} between 0 and 1000000000000`),
		check('line_items_discount', sql`${t.discount} between 0 and 100`),
		check('line_items_serial_number', sql`length(${t.serialNumber}) <= 50`),
		index('line_items_by_deal').on(t.dealId, t.createdAt, t.id),
		index('line_items_by_product').on(t.productId),
		index('line_items_by_currency').on(t.currency),
		index('line_items_by_contract_day')
			.on(t.contractOn, t.id)
			.where(sql`${t.contractOn} is not null`),
		index('line_items_by_shipped_day')
			.on(t.shippedOn, t.id)
			.where(sql`${t.contractOn} is not null`)
	]
);

/** Money that a deal has brought or may bring [core 4.8]; only what is received counts as paid. */
export const payments = pgTable(
	'payments',
	{
		...rowColumns(),
		/** Without VAT. */
		amountMinor: bigint({ mode: 'bigint' }).notNull(),
		currency: char({ length: 3 })
			.notNull()
			.references(() => currencies.code, { onDelete: 'restrict' }),
		paidOn: date({ mode: 'string' }).notNull(),
		status: text({ enum: ['received', 'guaranteed', 'high', 'low'] }).notNull(),
		contractNumber: text(),
		invoiceNumber: text(),
		orderNumber: text(),
		throughRepresentation: boolean().notNull().default(false),
		/** A forecast of a lost deal: it counts nowhere, and again when the deal is opened again. */
		setAsideAt: instant()
	},
	(t) => [
		check('payments_amount', sql`${t.amountMinor} between 1 and 1000000000000000`),
		check('payments_status', sql`${t.status} in ('received', 'guaranteed', 'high', 'low')`),
		check(
			'payments_only_forecasts_aside',
			sql`${t.setAsideAt} is null or ${t.status} <> 'received'`
		),
		check(
			'payments_numbers',
			sql`length(${t.contractNumber}) <= 40 and length(${t.invoiceNumber}) <= 40 and length(${t.orderNumber}) <= 40`
		),
		index('payments_by_deal').on(t.dealId, t.paidOn, t.id),
		index('payments_by_currency').on(t.currency, t.paidOn),
		index('payments_by_day')
			.on(t.paidOn, t.id)
			.where(sql`${t.setAsideAt} is null`),
		index('payments_by_status_day')
			.on(t.status, t.paidOn, t.id)
			.where(sql`${t.setAsideAt} is null`)
	]
);
