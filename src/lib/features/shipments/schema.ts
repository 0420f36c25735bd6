import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';
import { parseAmount } from '#lib/shared/money.ts';

/** What the list of shipments can show, sort by and filter by. */
export const shipmentList = {
	sorts: ['contract', 'shipped'],
	defaultSort: '-contract',
	columns: [
		'deal',
		'quantity',
		'contract',
		'planned',
		'shipped',
		'paid',
		'guaranteed',
		'orderNumber',
		'company',
		'country',
		'owner',
		'serial',
		'department'
	],
	defaultColumns: ['deal', 'quantity', 'contract', 'shipped', 'paid', 'company', 'owner'],
	filters: ['department', 'state', 'product', 'owner', 'period', 'from', 'until']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
/** An empty field of a form stands for nothing. */
const emptyIsNull = (value: unknown) =>
	typeof value === 'string' && value.trim() === '' ? null : value;
const day = z.preprocess(emptyIsNull, z.iso.date('not_a_day').nullish());
const line = (max: number) =>
	z.preprocess(
		emptyIsNull,
		z
			.string()
			.trim()
			.refine((text) => !text.includes('\0'), 'has_nul')
			.max(max, 'too_long')
			.nullish()
	);

export const QUANTITY_MAX = 1_000_000;
export const PRICE_MAX = 1_000_000_000_000n;

const quantity = z.preprocess(
	(value) => (typeof value === 'string' ? value.replace(/[\s.,'’](?=\d{3}\b)/g, '').trim() : value),
	z.coerce
		.number('not_a_quantity')
		.int('not_a_quantity')
		.min(1, 'quantity_zero')
		.max(QUANTITY_MAX, 'too_much')
);

/** In per cent, with at most two decimals; empty is none. */
const discount = z.preprocess(
	(value) =>
		typeof value === 'string' ? value.trim().replace(',', '.').replace(/\s*%$/, '') : value,
	z
		.string()
		.optional()
		.transform((text) => text || '0')
		.refine((text) => /^\d{1,3}(\.\d{1,2})?$/.test(text) && Number(text) <= 100, 'not_a_discount')
);

/** What a line item says, as a form sends it; the price is of one piece. */
const item = {
	quantity,
	price: z.string().optional(),
	currency: z.string().optional(),
	discount,
	contractOn: day,
	plannedOn: day,
	serialNumber: line(50)
};

interface Priced {
	readonly price?: string | undefined;
	readonly currency?: string | undefined;
}

/** A currency is needed only beside a price that is more than nothing [C211]; undefined when refused. */
function priceOf({ price = '', currency = '' }: Priced, context: z.RefinementCtx) {
	const fault = (path: string, message: string) => {
		context.addIssue({ code: 'custom', path: [path], message });
		return undefined;
	};
	if (price.trim() === '') return null;
	const minor = parseAmount(price, currency || 'EUR');
	if (minor === null || minor.startsWith('-')) return fault('price', 'not_money');
	if (BigInt(minor) > PRICE_MAX) return fault('price', 'money_out_of_range');
	if (currency !== '') return { minor, currency };
	return minor === '0' ? null : fault('currency', 'currency_needed');
}

export const AddLineItem = z
	.object({ dealId: id, itemId: id.optional(), productId: id, ...item })
	.transform((input, context) => {
		const price = priceOf(input, context);
		return price === undefined ? z.NEVER : { ...input, price };
	});
export type AddLineItem = z.output<typeof AddLineItem>;

export const ChangeLineItem = z
	.object({ itemId: id, rev: z.coerce.number().int(), ...item })
	.transform((input, context) => {
		const price = priceOf(input, context);
		return price === undefined ? z.NEVER : { ...input, price };
	});
export type ChangeLineItem = z.output<typeof ChangeLineItem>;

export const OneLineItem = z.object({ itemId: id });
export type OneLineItem = z.infer<typeof OneLineItem>;

export const ShipItem = z.object({ itemId: id, shippedOn: day });
export type ShipItem = z.infer<typeof ShipItem>;

/** What the warehouse may say of a shipment [core 3.4]. */
export const ChangeShipment = z.object({
	itemId: id,
	rev: z.coerce.number().int(),
	plannedOn: day,
	shippedOn: day,
	serialNumber: line(50)
});
export type ChangeShipment = z.infer<typeof ChangeShipment>;
