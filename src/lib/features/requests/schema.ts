import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** The ways to look at requests, in their order; each person begins with one of them. */
export const VIEWS = ['inbox', 'mine', 'pending', 'all'] as const;
export type View = (typeof VIEWS)[number];

/** What the list of requests can show, sort by and filter by. */
export const requestList = {
	sorts: ['name', 'number', 'created', 'received', 'updated'],
	defaultSort: '-created',
	columns: [
		'number',
		'waiting',
		'person',
		'company',
		'email',
		'phone',
		'place',
		'source',
		'status',
		'received',
		'owner',
		'department',
		'ticket',
		'created',
		'updated'
	],
	defaultColumns: ['waiting', 'person', 'company', 'place', 'source', 'status', 'owner'],
	filters: ['view', 'owner', 'department', 'source', 'status', 'company', 'contact', 'lead']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
/** Forms send an empty field for "nobody" and "none". */
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());

/** What a new request needs beside the values of its fields. */
export const CreateRequest = z.object({
	/** Made by the browser, so that pressing twice creates once. */
	id: id.optional(),
	/** The whole name in one piece; it is taken apart here. */
	name: z.string().trim().max(400, 'too_long').optional(),
	departmentId: optionalId,
	/** Left out: whoever works for himself owns what he enters, otherwise nobody does yet. */
	ownerId: optionalId,
	coOwnerId: optionalId,
	contactId: optionalId,
	companyId: optionalId,
	/** Instead of contact and company. */
	leadId: optionalId
});
export type CreateRequest = z.infer<typeof CreateRequest>;

const RECEIVED_MAX = 20_000;

/** What a visitor sent, by the name of the field in which it stood. */
export const Received = z.record(z.string().max(50), z.string().max(RECEIVED_MAX));
export type Received = z.infer<typeof Received>;

export const OneRequest = z.object({ id });
export type OneRequest = z.infer<typeof OneRequest>;

export const AssignRequest = z.object({
	id,
	ownerId: optionalId,
	coOwnerId: optionalId,
	departmentId: id.optional(),
	/** Whether the client goes along; asked for when he belongs to somebody else [B57]. */
	client: z.preprocess(
		(value) => (value === '' ? undefined : value),
		z.enum(['moves', 'stays']).optional()
	)
});
export type AssignRequest = z.infer<typeof AssignRequest>;

/** One of the candidates that were proposed, as its button says it. */
export const ChooseCandidate = z
	.object({ id, choice: z.string().regex(/^(contact|company|lead)\.[0-9a-f-]{36}$/, 'not_found') })
	.transform(({ id, choice }): LinkCounterparty => {
		const [kind, chosen] = choice.split('.');
		if (kind === 'lead') return { id, leadId: chosen };
		return kind === 'contact' ? { id, contactId: chosen } : { id, companyId: chosen };
	});

/** Null takes a link away, leaving it out leaves it as it is. */
export const LinkCounterparty = z.object({
	id,
	contactId: optionalId,
	companyId: optionalId,
	leadId: optionalId
});
export type LinkCounterparty = z.infer<typeof LinkCounterparty>;
