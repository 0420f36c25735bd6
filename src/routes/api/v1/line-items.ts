import { z } from 'zod';
import { lockDealFor } from '#lib/features/deals/commands.server.ts';
import {
	addLineItem,
	changeLineItem,
	changeShipment,
	removeLineItem
} from '#lib/features/shipments/commands.server.ts';
import { itemFault } from '#lib/features/shipments/model.ts';
import { itemRows, shipmentRows, type StoredItem } from '#lib/features/shipments/queries.server.ts';
import { PRICE_MAX, QUANTITY_MAX } from '#lib/features/shipments/schema.ts';
import { m } from '#lib/messages/messages.js';
import { rowResource } from '#lib/server/api/row-resource.ts';
import { day, line, money, moneyOf, refersTo } from './rows.ts';

const about = { deal: refersTo('deal'), product: refersTo('product') };
const quantity = z
	.int('not_a_quantity')
	.min(1, 'quantity_zero')
	.max(QUANTITY_MAX, 'not_a_quantity');

const writable = z.strictObject({
	quantity,
	/** Of one piece. */
	price: money(0n, PRICE_MAX, 'not_money').nullable(),
	/** In per cent. */
	discount: z
		.number('not_a_discount')
		.min(0, 'not_a_discount')
		.max(100, 'not_a_discount')
		.multipleOf(0.01, 'not_a_discount'),
	contractOn: day.nullable(),
	plannedOn: day.nullable(),
	serialNumber: line(50)
});

const { price, discount, contractOn, plannedOn, serialNumber } = writable.shape;

const fresh = z.strictObject({
	...about,
	quantity: quantity.default(1),
	price: price.default(null),
	discount: discount.default(0),
	contractOn: contractOn.default(null),
	plannedOn: plannedOn.default(null),
	serialNumber: serialNumber.default(null)
});

const shown = (row: StoredItem) => ({
	deal: row.dealId,
	product: row.productId,
	quantity: row.quantity,
	contractOn: row.contractOn,
	plannedOn: row.plannedOn,
	shippedOn: row.shippedOn,
	serialNumber: row.serialNumber
});

export const lineItems = rowResource({
	path: 'line-items',
	noun: 'lineItem',
	title: m.shipments_items,
	...{ ...itemRows, fresh, writable },
	holds: writable.extend({
		...about,
		amount: writable.shape.price,
		shippedOn: writable.shape.contractOn
	}),
	refusedFields: { product_unknown: 'product', currency_unknown: 'price' },
	present: (row: StoredItem) => ({
		...shown(row),
		price: moneyOf(row.unitPriceMinor, row.currency),
		discount: Number(row.discount),
		amount: moneyOf(row.amountMinor, row.currency)
	}),
	lock: (ctx, { dealId }) => lockDealFor(ctx, dealId, 'lineItem', 'read'),
	async create(ctx, itemId, { deal, product, ...fields }) {
		const added = await addLineItem(ctx, {
			...{ ...fields, dealId: deal, productId: product, itemId },
			discount: String(fields.discount)
		});
		return added.ok && !added.value.isNew ? { isTaken: true } : added;
	},
	change: (ctx, { id, rev }, fields) =>
		changeLineItem(ctx, { ...fields, itemId: id, rev, discount: String(fields.discount) }),
	remove: (ctx, id) => removeLineItem(ctx, { itemId: id }),
	phrase: itemFault
});

const sent = z.strictObject({
	plannedOn: day.nullable(),
	/** A day ships it, null takes the shipment back. */
	shippedOn: day.nullable(),
	serialNumber: line(50)
});

/** The same rows for the warehouse: once they have a day by the contract, and without what they cost. */
export const shipments = rowResource({
	path: 'shipments',
	noun: 'shipment',
	title: m.shipments_title,
	...{ ...shipmentRows, writable: sent },
	holds: sent.extend({ ...about, quantity, contractOn: day }),
	refusedFields: {},
	present: shown,
	lock: (ctx, { dealId }: StoredItem) => lockDealFor(ctx, dealId, 'shipment', 'read'),
	change: (ctx, { id, rev }, fields) => changeShipment(ctx, { ...fields, itemId: id, rev }),
	phrase: itemFault
});
