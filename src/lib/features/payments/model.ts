import { m } from '#lib/messages/messages.js';
import type { Money } from '#lib/records/values.ts';
import { exchange } from '#lib/shared/exchange.ts';
import { faultSentence, isFaultCode } from '#lib/ui/record/faults.ts';
import type { Status } from './schema.ts';

interface Booked {
	readonly amountMinor: bigint;
	readonly currency: string;
	readonly paidOn: string;
	readonly status: string;
	readonly contractNumber: string | null;
	readonly invoiceNumber: string | null;
	readonly orderNumber: string | null;
	readonly throughRepresentation: boolean;
}

/** What the history keeps of a payment: plain values, as they were said. */
export const inHistory = (payment: Booked) => ({
	amount: { minor: payment.amountMinor.toString(), currency: payment.currency },
	paidOn: payment.paidOn,
	status: payment.status,
	contractNumber: payment.contractNumber,
	invoiceNumber: payment.invoiceNumber,
	orderNumber: payment.orderNumber,
	throughRepresentation: payment.throughRepresentation
});

/** An amount with what one unit of its currency was worth on its day, and one of the deal's. */
export interface RatedAmount {
	readonly amountMinor: string;
	readonly currency: string;
	readonly worth: string | null;
	readonly dealWorth: string | null;
	/** Both rates are final. */
	readonly official: boolean;
}

/** The amount in the deal's currency; null when a rate is missing. */
export function inDeal(amount: RatedAmount, currency: string): bigint | null {
	const minor = BigInt(amount.amountMinor);
	if (amount.currency === currency) return minor;
	if (amount.worth === null || amount.dealWorth === null) return null;
	return exchange(
		minor,
		{ currency: amount.currency, worth: amount.worth },
		{ currency, worth: amount.dealWorth }
	);
}

export interface Balance {
	/** What has come, in the deal's currency; of a deal without an amount per currency. */
	readonly received: readonly Money[];
	/** What is left of the amount; null without an amount, or when a rate is missing. */
	readonly expected: Money | null;
	/** Received of the amount, 1 for all. */
	readonly share: number | null;
	/** Null when nothing had to be converted. */
	readonly quality: 'official' | 'approximate' | null;
	/** Currencies without any rate: what has come in them is not among what is received. */
	readonly unrated: readonly string[];
}

/** What a deal has brought and what is left of its amount, by the rates of the days on which money came [B189]. */
export function balanceOf(amount: Money | null, received: readonly RatedAmount[]): Balance {
	if (amount === null) return withoutAmount(received);
	const { currency } = amount;
	const unrated = new Set<string>();
	let sum = 0n;
	for (const one of received) {
		const minor = inDeal(one, currency);
		if (minor === null) unrated.add(one.worth === null ? one.currency : currency);
		else sum += minor;
	}
	const foreign = received.filter((one) => one.currency !== currency);
	const total = BigInt(amount.minor);
	return {
		received: [{ minor: sum.toString(), currency }],
		expected: unrated.size > 0 ? null : { minor: (total - sum).toString(), currency },
		share: unrated.size > 0 || total <= 0n ? null : Number((sum * 10_000n) / total) / 10_000,
		quality:
			foreign.length === 0
				? null
				: foreign.every(({ official }) => official)
					? 'official'
					: 'approximate',
		unrated: [...unrated]
	};
}

function withoutAmount(received: readonly RatedAmount[]): Balance {
	const sums = new Map<string, bigint>();
	for (const { currency, amountMinor } of received) {
		sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amountMinor));
	}
	const totals = [...sums].map(([currency, minor]) => ({ minor: minor.toString(), currency }));
	return { received: totals, expected: null, share: null, quality: null, unrated: [] };
}

/** Forms of the panel of payments: what is edited, and what a single press does. */
export const PAYMENT_FORM = 'payment-edit';
export const PAYMENTS_PANEL = 'payments';

const STATUS_WORDS: Readonly<Record<Status, () => string>> = {
	received: m.payments_status_received,
	guaranteed: m.payments_status_guaranteed,
	high: m.payments_status_high,
	low: m.payments_status_low
};

export const statusWord = (status: Status): string => STATUS_WORDS[status]();

/** Only money that has come is good news; the less sure the quieter. */
export const statusTone = (status: Status) =>
	(({ received: 'good', guaranteed: 'info', high: 'warn', low: 'neutral' }) as const)[status];

interface Due {
	readonly status: Status;
	readonly paidOn: string;
}

/** Expected before this day and not come [C204]. */
export const isOverdue = ({ status, paidOn }: Due, today: string): boolean =>
	status !== 'received' && paidOn < today;

const SENTENCES: Readonly<Record<string, () => string>> = {
	required: m.payments_fault_amount_needed,
	amount_zero: m.payments_fault_amount_needed,
	currency_needed: m.payments_fault_currency_needed,
	currency_unknown: m.payments_fault_currency_unknown,
	changed_meanwhile: m.payments_fault_changed_meanwhile,
	not_a_percentage: m.payments_fault_not_a_percentage
};

/** Why a payment was refused, in one sentence. */
export const paymentFault = (code: string): string => {
	const own = SENTENCES[code];
	if (own) return own();
	return isFaultCode(code) ? faultSentence({ code }) : m.payments_fault_other();
};

/** What was done to payments, in words that follow a name in a deal's history: that of everybody who may open it. */
export const paymentActs = {
	'payment.added': () => m.payments_act_added(),
	'payment.changed': () => m.payments_act_changed(),
	'payment.removed': () => m.payments_act_removed(),
	'payment.set_aside': () => m.payments_act_set_aside(),
	'payment.expected_again': () => m.payments_act_expected_again()
} as const;
