import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** What the list of companies can show, sort by and filter by. */
export const companyList = {
	sorts: ['name', 'number', 'city', 'created', 'updated'],
	defaultSort: 'name',
	columns: [
		'number',
		'email',
		'phone',
		'website',
		'place',
		'type',
		'industries',
		'tags',
		'owner',
		'department',
		'created',
		'updated'
	],
	defaultColumns: ['email', 'place', 'type', 'tags', 'owner'],
	filters: ['owner', 'department', 'country', 'type', 'industry', 'tag', 'email']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
/** Forms send an empty field for "nobody". */
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());

/** What a new company needs beside the values of its fields. */
export const CreateCompany = z.object({
	/** Made by the browser, so that pressing twice creates once. */
	id: id.optional(),
	departmentId: optionalId,
	ownerId: optionalId
});
export type CreateCompany = z.infer<typeof CreateCompany>;

export const AssignCompany = z.object({ id, ownerId: optionalId, departmentId: id });
export type AssignCompany = z.infer<typeof AssignCompany>;

export const OneCompany = z.object({ id });
export type OneCompany = z.infer<typeof OneCompany>;

/** Fields that can be changed in a cell of the list. */
const CELLS = ['website', 'type'] as const;
/** An emptied cell means no value. */
const cell = z.string().transform((text) => text.trim() || null);

export const SaveCell = z.object({ id, field: z.enum(CELLS), value: cell, base: cell });
export type SaveCell = z.infer<typeof SaveCell>;
