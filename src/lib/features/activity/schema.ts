import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import { KIND_NAMES } from '#lib/shared/kinds.ts';

const id = z.string().refine(isId, 'not_found');

export const COMMENT_MAX = 5000;

const body = z
	.string()
	.transform((text) => text.replaceAll('\r\n', '\n').trim())
	.pipe(
		z
			.string()
			.min(1, 'required')
			.max(COMMENT_MAX, 'too_long')
			.refine((text) => !text.includes('\0'), 'has_nul')
	);

/** Which record is commented on, as an address says it. */
export const CommentsOf = z.object({ kind: z.enum(KIND_NAMES, 'not_found'), id });
export type CommentsOf = z.output<typeof CommentsOf>;

/** Whom one looks for to mention him, and at which record. */
export const PeopleQuery = z.object({
	q: z
		.string()
		.catch('')
		.transform((text) => text.replaceAll('\0', '').trim().slice(0, 100)),
	kind: z.enum(KIND_NAMES).optional().catch(undefined),
	id: id.optional().catch(undefined)
});
export type PeopleQuery = z.output<typeof PeopleQuery>;

export const AddComment = CommentsOf.extend({
	body,
	/** Made by the browser, so that pressing twice says it once. */
	commentId: id.optional()
});
export type AddComment = z.output<typeof AddComment>;

export const EditComment = z.object({ commentId: id, body });
export type EditComment = z.output<typeof EditComment>;

export const OneComment = z.object({ commentId: id });
export type OneComment = z.output<typeof OneComment>;

const blankIsAbsent = <Schema extends z.ZodType>(schema: Schema) =>
	z.preprocess((value) => (value === '' ? undefined : value), schema.optional().catch(undefined));

const word = /^[a-zA-Z_]+(\.[a-zA-Z_]+)*$/;

/** What of the audit is asked for, as the address carries it; what cannot be read asks for nothing. */
export const AuditQuery = z.object({
	/** "ID 12", an id, or a text. */
	q: z
		.string()
		.default('')
		.transform((text) => text.replaceAll('\0', '').trim().slice(0, 100)),
	actor: blankIsAbsent(z.string().refine(isId)),
	kind: blankIsAbsent(z.string().max(40).regex(word)),
	act: blankIsAbsent(z.string().max(60).regex(word)),
	from: blankIsAbsent(z.iso.date()),
	to: blankIsAbsent(z.iso.date()),
	/** The last entry of the page before. */
	before: blankIsAbsent(z.string().refine(isId))
});
export type AuditQuery = z.output<typeof AuditQuery>;
