import { z } from 'zod';
import type { RecordValues } from '#lib/records/values.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** What the list of projects can show, sort by and filter by. */
export const projectList = {
	sorts: ['name', 'number', 'nextStep', 'due', 'created', 'updated'],
	defaultSort: 'nextStep',
	columns: [
		'number',
		'nextStep',
		'due',
		'priority',
		'stage',
		'responsible',
		'tags',
		'owner',
		'closed',
		'created',
		'updated'
	],
	defaultColumns: ['nextStep', 'due', 'priority', 'stage', 'responsible', 'tags'],
	filters: ['responsible', 'owner', 'active', 'stage', 'tag', 'due']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');
/** Forms send an empty field for "nobody". */
const optionalId = z.preprocess((value) => (value === '' ? null : value), id.nullish());
/** One value, several, or an empty one for nobody. */
const ids = z.preprocess(
	(value) =>
		value === undefined
			? undefined
			: (Array.isArray(value) ? value : [value]).filter((each) => each !== ''),
	z.array(id).max(200, 'too_many').optional()
);

const DESCRIPTION_MAX = 20_000;

/** What a new task or project needs beside the values of its fields. */
export const CreateWork = z.object({
	/** Made by the browser, so that pressing twice creates once. */
	id: id.optional(),
	/** Plain text that becomes the beginning of the notes. */
	description: z.string().max(DESCRIPTION_MAX, 'too_long').optional()
});
export type CreateWork = z.infer<typeof CreateWork> & { readonly values: RecordValues };

/** Whoever is not named stays; what is not given stays as it is. */
export const AssignWork = z.object({
	id,
	responsible: ids,
	subscribers: ids,
	coOwner: optionalId
});
export type AssignWork = z.infer<typeof AssignWork>;

export const OneWork = z.object({ id });
export type OneWork = z.infer<typeof OneWork>;

const TAG_MAX = 70;

export const CreateWorkTag = z.object({
	kind: z.enum(['task', 'project']),
	name: z
		.string()
		.refine((text) => !text.includes('\0'), 'has_nul')
		.trim()
		.min(1, 'required')
		.max(TAG_MAX, 'too_long')
});
export type CreateWorkTag = z.infer<typeof CreateWorkTag>;
