import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import { parseAmount } from '#lib/shared/money.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** What the list of deals can show, sort by and filter by. */
export const dealList = {
	sorts: ['name', 'number', 'nextStep', 'created', 'updated'],
	defaultSort: 'nextStep',
	columns: [
		'number',
		'stage',
		'ended',
		'signals',
		'amount',
		'company',
		'contact',
		'nextStep',
		'owner',
		'tags',
		'pipeline',
		'department',
		'created',
		'updated'
	],
	defaultColumns: ['stage', 'signals', 'amount', 'company', 'nextStep', 'owner', 'tags'],
	filters: [
		'status',
		'reason',
		'closedFrom',
		'closedUntil',
		'owner',
		'department',
		'pipeline',
		'stage',
		'tag',
		'important',
		'step',
		'company',
		'contact',
		'lead',
		'partner',
		'industry'
	]
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
/** Forms send an empty field for "nobody" and "none". */
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());

export const CreateDeal = z.object({
	/** Made by the browser, so that pressing twice creates once. */
	id: id.optional(),
	idempotencyKey: z.string().max(100).optional(),
	name: z.string().trim().min(1, 'required').max(250, 'too_long'),
	departmentId: optionalId,
	pipelineId: optionalId,
	stageId: optionalId,
	companyId: optionalId,
	contactId: optionalId,
	/** Instead of both. */
	leadId: optionalId,
	ownerId: optionalId,
	nextStep: z.string().trim().max(250, 'too_long').optional(),
	nextStepOn: z.preprocess(
		(value) => (value === '' ? undefined : value),
		z.iso.date('not_a_day').optional()
	),
	amount: z
		.object({
			minor: z.string().regex(/^-?\d{1,15}$/, 'not_money'),
			currency: z.string().length(3)
		})
		.nullish()
});
export type CreateDeal = z.infer<typeof CreateDeal>;

/** The same as a plain form sends it: the amount as it was typed, beside its currency. */
export const CreateDealForm = CreateDeal.extend({
	amount: z.string().optional(),
	currency: z.string().optional()
}).transform(({ amount, currency = '', ...input }, context): CreateDeal => {
	if (!amount?.trim()) return { ...input, amount: null };
	const minor = parseAmount(amount, currency);
	if (minor !== null) return { ...input, amount: { minor, currency } };
	context.addIssue({ code: 'custom', path: ['amount'], message: 'not_money' });
	return z.NEVER;
});

export const MoveDeal = z.object({
	dealId: id,
	stageId: id,
	/** The cards that it was dropped between, as the mover saw them; either may have gone meanwhile. */
	afterId: optionalId,
	beforeId: optionalId,
	/** Where it lay when it was moved; said by a move that may come late. */
	fromStageId: optionalId,
	/** Takes a move back: where that move has put the card. If it lies elsewhere by now, it stays there. */
	undoes: z.string().max(200).optional()
});
export type MoveDeal = z.infer<typeof MoveDeal>;

export const AssignDeal = z.object({ dealId: id, ownerId: optionalId, departmentId: optionalId });
export type AssignDeal = z.infer<typeof AssignDeal>;

export interface TransferDeal {
	readonly dealId: string;
	readonly ownerId: string | null;
	readonly departmentId: string;
}

/** What a transfer writes about the end of a deal. */
export const TransferredEnd = z.object({ reasonId: id.nullable(), fromStageId: id });

export const LinkDeal = z.object({
	dealId: id,
	companyId: optionalId,
	contactId: optionalId,
	leadId: optionalId,
	/** A person at a dealer or distributor who has a part in it. */
	partnerId: optionalId
});
export type LinkDeal = z.infer<typeof LinkDeal>;

export const ChangePipeline = z.object({ dealId: id, pipelineId: id });
export type ChangePipeline = z.infer<typeof ChangePipeline>;

export const CloseDeal = z.object({
	dealId: id,
	outcome: z.enum(['won', 'lost', 'irrelevant'], 'required'),
	/** Needed for a lost deal; a won one has the department's reason of success. */
	reasonId: optionalId
});
export type CloseDeal = z.infer<typeof CloseDeal>;

export const OneDeal = z.object({ dealId: id });
export type OneDeal = z.infer<typeof OneDeal>;

/** A whole number of per cent; an empty field is the usual one. */
const weight = z.coerce
	.number()
	.int('not_a_weight')
	.min(-100, 'not_a_weight')
	.max(100, 'not_a_weight');
const words = (max: number) =>
	z
		.string()
		.refine((text) => !text.includes('\0'), 'has_nul')
		.trim()
		.max(max, 'too_long');

/** By names of their own: the panel stands in the deal's form. */
export const NoteQuality = z.object({
	dealId: id,
	signalId: id,
	qualityWeight: z.preprocess((value) => (value === '' ? undefined : value), weight.optional()),
	qualityDetails: words(1_000).optional()
});
export type NoteQuality = z.infer<typeof NoteQuality>;

export const OneQualityEvent = z.object({ dealId: id, eventId: id });
export type OneQualityEvent = z.infer<typeof OneQualityEvent>;

const signal = {
	name: words(70).min(1, 'required'),
	weight: z.preprocess((value) => (value === '' ? Number.NaN : value), weight),
	notes: words(500).optional()
};

export const AddQualitySignal = z.object({ departmentId: id, ...signal });
export type AddQualitySignal = z.infer<typeof AddQualitySignal>;

export const ChangeQualitySignal = z.object({ signalId: id, ...signal });
export type ChangeQualitySignal = z.infer<typeof ChangeQualitySignal>;

export const OneQualitySignal = z.object({ signalId: id });
export type OneQualitySignal = z.infer<typeof OneQualitySignal>;
