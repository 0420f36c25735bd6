export { balancesOf } from './queries/balances.server.ts';
export { type DealPayments, listPaymentsOf } from './queries/deal.server.ts';
export { selectionOf as selectPayments } from './queries/conditions.server.ts';
export {
	getPayment,
	listPayments,
	pageOfPayments,
	type PaymentRow,
	paymentRows,
	type StoredPayment
} from './queries/list.server.ts';
export { getPaymentSettings, PAYMENT_SETTINGS } from './queries/settings.server.ts';
export { type PaymentTotals, totalPayments } from './queries/totals.server.ts';
