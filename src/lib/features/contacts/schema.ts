import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** What the list of contacts can show, sort by and filter by. */
export const contactList = {
	sorts: ['name', 'lastName', 'number', 'created', 'updated'],
	defaultSort: 'name',
	columns: [
		'number',
		'title',
		'company',
		'email',
		'phone',
		'tags',
		'owner',
		'department',
		'created',
		'updated'
	],
	defaultColumns: ['title', 'company', 'email', 'phone', 'owner'],
	filters: ['owner', 'department', 'company', 'tag', 'email']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
/** Forms send an empty field for "nobody" and "none". */
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());

export const CreateContact = z.object({
	/** Made by the browser, so that pressing twice creates once. */
	id: id.optional(),
	/** The whole name in one piece; it is taken apart here. */
	name: z.string().trim().min(1, 'required').max(400, 'too_long'),
	companyId: optionalId,
	/** Both follow the company when there is one. */
	departmentId: optionalId,
	ownerId: optionalId
});
export type CreateContact = z.infer<typeof CreateContact>;

export const MoveContact = z.object({ id, companyId: optionalId });
export type MoveContact = z.infer<typeof MoveContact>;

export const AssignContact = z.object({ id, ownerId: optionalId, departmentId: id });
export type AssignContact = z.infer<typeof AssignContact>;

export const OneContact = z.object({ id });
export type OneContact = z.infer<typeof OneContact>;

/** Fields that can be changed in a cell of the list. */
const CELLS = ['title'] as const;
/** An emptied cell means no value. */
const cell = z.string().transform((text) => text.trim() || null);

export const SaveCell = z.object({ id, field: z.enum(CELLS), value: cell, base: cell });
export type SaveCell = z.infer<typeof SaveCell>;
