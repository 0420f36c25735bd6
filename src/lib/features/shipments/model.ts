import { z } from 'zod';
import { m } from '#lib/messages/messages.js';
import type { Money } from '#lib/records/values.ts';
import { exchange } from '#lib/shared/exchange.ts';
import { faultSentence, isFaultCode } from '#lib/ui/record/faults.ts';

interface Priced {
	readonly amountMinor: string | null;
	readonly currency: string | null;
	/** What one unit of its currency is worth, and one of the currency that sums are wanted in. */
	readonly worth: string | null;
	readonly dealWorth: string | null;
}

/** Sums per currency, and all of them in one; null when there is no rate for some, which are named. */
export function totalsOf(rows: readonly Priced[], wanted: string | null) {
	const sums = new Map<string, bigint>();
	const unrated = new Set<string>();
	let together = 0n;
	for (const row of rows) {
		if (row.amountMinor === null || row.currency === null) continue;
		const minor = BigInt(row.amountMinor);
		sums.set(row.currency, (sums.get(row.currency) ?? 0n) + minor);
		if (wanted === null || row.currency === wanted) together += minor;
		else if (row.worth === null) unrated.add(row.currency);
		else if (row.dealWorth === null) unrated.add(wanted);
		else
			together += exchange(
				minor,
				{ currency: row.currency, worth: row.worth },
				{ currency: wanted, worth: row.dealWorth }
			);
	}
	const totals: Money[] = [...sums]
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([currency, minor]) => ({ minor: minor.toString(), currency }));
	const isMixed = wanted !== null && totals.some(({ currency }) => currency !== wanted);
	const converted: Money | null =
		isMixed && unrated.size === 0 ? { minor: together.toString(), currency: wanted } : null;
	return { totals, converted, unrated: [...unrated] };
}

/** Forms of the panel of line items: what is edited, and what a single press does. */
export const ITEM_FORMS = { edit: 'item-edit', act: 'item-act' } as const;
export const ITEMS_PANEL = 'items';

const SENTENCES: Readonly<Record<string, () => string>> = {
	not_found: m.shipments_fault_product,
	product_unknown: m.shipments_fault_product,
	quantity_zero: m.shipments_fault_quantity_zero,
	not_a_quantity: m.shipments_fault_not_a_quantity,
	too_much: m.shipments_fault_not_a_quantity,
	currency_needed: m.shipments_fault_currency_needed,
	currency_unknown: m.shipments_fault_currency_unknown,
	not_a_discount: m.shipments_fault_not_a_discount,
	item_shipped: m.shipments_fault_item_shipped,
	no_contract_day: m.shipments_fault_no_contract_day,
	already_shipped: m.shipments_fault_already_shipped,
	not_shipped: m.shipments_fault_not_shipped,
	changed_meanwhile: m.shipments_fault_changed_meanwhile
};

/** Why a line item or a shipment was refused, in one sentence. */
export const itemFault = (code: string): string => {
	const own = SENTENCES[code];
	if (own) return own();
	return isFaultCode(code) ? faultSentence({ code }) : m.shipments_fault_other();
};

interface Shippable {
	readonly contractOn: string | null;
	readonly shippedOn: string | null;
}

/** By the contract it should have gone out before this day. */
export const isLate = ({ contractOn, shippedOn }: Shippable, today: string): boolean =>
	shippedOn === null && contractOn !== null && contractOn < today;

const Told = z.object({ product: z.string().catch('?') }).catch({ product: '?' });
const told =
	(words: (inputs: { product: string }) => string) =>
	({ new: open }: { readonly new: unknown }) =>
		words(Told.parse(open));

/** What was done to line items, in words that follow a name in a deal's history. */
export const itemActs = {
	'item.added': told(m.shipments_act_added),
	'item.changed': told(m.shipments_act_changed),
	'item.removed': told(m.shipments_act_removed),
	'item.planned': told(m.shipments_act_planned),
	'item.shipped': told(m.shipments_act_shipped),
	'item.unshipped': told(m.shipments_act_unshipped)
} as const;
