import { z } from 'zod';
import { CloseDeal } from '#lib/features/deals/schema.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';
import { parseAmount } from '#lib/shared/money.ts';

/** What a payment may be: only the first is money that has come; the others are forecasts. */
export const STATUSES = ['received', 'guaranteed', 'high', 'low'] as const;
export type Status = (typeof STATUSES)[number];

/** What the list of payments can show, sort by and filter by. */
export const paymentList = {
	sorts: ['day'],
	defaultSort: '-day',
	columns: [
		'amount',
		'status',
		'day',
		'company',
		'products',
		'owner',
		'contractNumber',
		'invoiceNumber',
		'orderNumber',
		'department'
	],
	defaultColumns: ['amount', 'status', 'day', 'company', 'products', 'owner'],
	filters: ['department', 'owner', 'status', 'period', 'from', 'until', 'currency']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
const emptyIsNull = (value: unknown) =>
	typeof value === 'string' && value.trim() === '' ? null : value;
const number = z.preprocess(
	emptyIsNull,
	z
		.string()
		.trim()
		.refine((text) => !text.includes('\0'), 'has_nul')
		.max(40, 'too_long')
		.nullish()
);
/** The value of a ticked box; an unticked one is not sent. */
const ticked = z.preprocess((value) => value === 'on' || value === true, z.boolean());

export const AMOUNT_MAX = 10n ** 15n;

const payment = {
	amount: z.string(),
	currency: z.string().length(3, 'currency_needed'),
	paidOn: z.iso.date('not_a_day'),
	status: z.enum(STATUSES, 'not_a_choice'),
	contractNumber: number,
	invoiceNumber: number,
	orderNumber: number,
	throughRepresentation: ticked
};

/** The amount as it was typed, read in its currency; undefined when refused. */
function minorOf(
	{ amount, currency }: { readonly amount: string; readonly currency: string },
	context: z.RefinementCtx
) {
	const minor = parseAmount(amount, currency);
	const fault =
		minor === null
			? amount.trim() === ''
				? 'required'
				: 'not_money'
			: BigInt(minor) < 1n
				? 'amount_zero'
				: BigInt(minor) > AMOUNT_MAX
					? 'money_out_of_range'
					: null;
	if (fault === null && minor !== null) return BigInt(minor);
	context.addIssue({ code: 'custom', path: ['amount'], message: fault ?? 'not_money' });
	return undefined;
}

export const AddPayment = z
	.object({ dealId: id, paymentId: id.optional(), ...payment })
	.transform(({ amount, ...input }, context) => {
		const amountMinor = minorOf({ amount, currency: input.currency }, context);
		return amountMinor === undefined ? z.NEVER : { ...input, amountMinor };
	});
export type AddPayment = z.output<typeof AddPayment>;

export const ChangePayment = z
	.object({ paymentId: id, rev: z.coerce.number().int(), ...payment })
	.transform(({ amount, ...input }, context) => {
		const amountMinor = minorOf({ amount, currency: input.currency }, context);
		return amountMinor === undefined ? z.NEVER : { ...input, amountMinor };
	});
export type ChangePayment = z.output<typeof ChangePayment>;

export const OnePayment = z.object({ paymentId: id });
export type OnePayment = z.infer<typeof OnePayment>;

/** Ends a deal; what is still expected of a lost one has to be set aside on purpose [B165]. */
export const EndDeal = CloseDeal.extend({ setAside: ticked });
export type EndDeal = z.output<typeof EndDeal>;

const VAT_MAX = 100;

export const ChangePaymentSettings = z.object({
	/** In per cent. */
	vat: z
		.string()
		.transform((text) => text.trim().replace(',', '.').replace(/\s*%$/, '') || '0')
		.refine(
			(text) => /^\d{1,3}(\.\d{1,2})?$/.test(text) && Number(text) <= VAT_MAX,
			'not_a_percentage'
		),
	marksRepresentation: ticked
});
export type ChangePaymentSettings = z.output<typeof ChangePaymentSettings>;
