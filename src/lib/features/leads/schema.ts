import { z } from 'zod';
import { seen } from '#lib/features/matching/schema.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** What the list of leads can show, sort by and filter by. */
export const leadList = {
	sorts: ['name', 'company', 'number', 'created', 'updated'],
	defaultSort: 'name',
	columns: [
		'number',
		'title',
		'company',
		'email',
		'phone',
		'place',
		'source',
		'tags',
		'owner',
		'department',
		'created',
		'updated'
	],
	defaultColumns: ['company', 'email', 'phone', 'source', 'owner'],
	filters: ['owner', 'department', 'source', 'country', 'tag', 'disqualified', 'converted']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
/** Forms send an empty field for "nobody" and "none". */
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());

export const CreateLead = z.object({
	/** Made by the browser, so that pressing twice creates once. */
	id: id.optional(),
	/** The whole name in one piece; it is taken apart here. */
	name: z.string().trim().min(1, 'required').max(400, 'too_long'),
	departmentId: optionalId,
	ownerId: optionalId
});
export type CreateLead = z.infer<typeof CreateLead>;

export const AddLead = CreateLead.extend({ seen });
export type AddLead = z.output<typeof AddLead>;

export const AssignLead = z.object({ id, ownerId: optionalId, departmentId: id });
export type AssignLead = z.infer<typeof AssignLead>;

export const OneLead = z.object({ id });
export type OneLead = z.infer<typeof OneLead>;

/** Fields that can be changed in a cell of the list. */
const CELLS = ['title', 'companyName'] as const;
/** An emptied cell means no value. */
const cell = z.string().transform((text) => text.trim() || null);

export const SaveCell = z.object({ id, field: z.enum(CELLS), value: cell, base: cell });
export type SaveCell = z.infer<typeof SaveCell>;

/** A record that is there already, a new one, none, or (left out) whatever is found without doubt. */
const choice = (...words: readonly ('new' | 'none')[]) =>
	z.preprocess(
		(value) => (value === '' ? undefined : value),
		z.union([z.enum(words), id], 'not_a_choice').optional()
	);

export const ConvertLead = z.object({
	id,
	company: choice('new', 'none'),
	contact: choice('new')
});
export type ConvertLead = z.infer<typeof ConvertLead>;

/** The same as the page's form sends it: a record that was looked for counts instead of what is ticked. */
export const ConvertForm = ConvertLead.extend({
	otherCompany: optionalId,
	otherContact: optionalId
}).transform(({ otherCompany, otherContact, ...input }): ConvertLead => ({
	...input,
	company: otherCompany ?? input.company,
	contact: otherContact ?? input.contact
}));
