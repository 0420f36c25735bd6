import { z } from 'zod';
import { lockDealFor } from '#lib/features/deals/commands.server.ts';
import {
	addPayment,
	changePayment,
	removePayment
} from '#lib/features/payments/commands.server.ts';
import { paymentFault } from '#lib/features/payments/model.ts';
import { paymentRows, type StoredPayment } from '#lib/features/payments/queries.server.ts';
import { AMOUNT_MAX, STATUSES } from '#lib/features/payments/schema.ts';
import { m } from '#lib/messages/messages.js';
import { rowResource } from '#lib/server/api/row-resource.ts';
import { day, line, money, moneyOf, refersTo } from './rows.ts';

const number = line(40);

const writable = z.strictObject({
	amount: money(1n, AMOUNT_MAX, 'amount_zero'),
	paidOn: day,
	status: z.enum(STATUSES, 'not_a_choice'),
	contractNumber: number,
	invoiceNumber: number,
	orderNumber: number,
	throughRepresentation: z.boolean('not_a_flag')
});

const { contractNumber, invoiceNumber, orderNumber, throughRepresentation } = writable.shape;
const deal = { deal: refersTo('deal') };

const fresh = writable.extend({
	...deal,
	contractNumber: contractNumber.default(null),
	invoiceNumber: invoiceNumber.default(null),
	orderNumber: orderNumber.default(null),
	throughRepresentation: throughRepresentation.default(false)
});

/** What the commands take, from what the answers hold. */
const said = ({ amount, ...rest }: z.output<typeof writable>) => ({
	...rest,
	amountMinor: BigInt(amount.minor),
	currency: amount.currency
});

export const payments = rowResource({
	path: 'payments',
	noun: 'payment',
	title: m.payments_title,
	...{ ...paymentRows, fresh, writable },
	holds: writable.extend({ ...deal, setAside: z.boolean() }),
	refusedFields: { currency_unknown: 'amount' },
	present: (row: StoredPayment) => ({
		deal: row.dealId,
		amount: moneyOf(row.amountMinor, row.currency),
		paidOn: row.paidOn,
		status: row.status,
		contractNumber: row.contractNumber,
		invoiceNumber: row.invoiceNumber,
		orderNumber: row.orderNumber,
		throughRepresentation: row.throughRepresentation,
		setAside: row.setAsideAt !== null
	}),
	lock: (ctx, { dealId }) => lockDealFor(ctx, dealId, 'payment', 'read'),
	async create(ctx, paymentId, { deal: dealId, ...fields }) {
		const added = await addPayment(ctx, { ...said(fields), dealId, paymentId });
		return added.ok && !added.value.isNew ? { isTaken: true } : added;
	},
	change: (ctx, { id, rev }, fields) => changePayment(ctx, { ...said(fields), paymentId: id, rev }),
	remove: (ctx, id) => removePayment(ctx, { paymentId: id }),
	phrase: paymentFault
});
