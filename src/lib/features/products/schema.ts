import { z } from 'zod';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** What the list of products can show, sort by and filter by. */
export const productList = {
	sorts: ['name', 'number', 'created', 'updated'],
	defaultSort: 'name',
	columns: ['number', 'price', 'type', 'category', 'onSale', 'department', 'created', 'updated'],
	defaultColumns: ['price', 'type', 'category'],
	filters: ['department', 'type', 'category', 'onSale']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());

/** What a new product needs beside the values of its fields. */
export const CreateProduct = z.object({
	/** Made by the browser, so that pressing twice creates once. */
	id: id.optional(),
	departmentId: optionalId
});
export type CreateProduct = z.infer<typeof CreateProduct>;

export const OneProduct = z.object({ id });
export type OneProduct = z.infer<typeof OneProduct>;
