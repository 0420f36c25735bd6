import { z } from 'zod';
import { projectList } from '#lib/features/projects/schema.ts';
import { isId } from '#lib/shared/ids.ts';
import type { ListShape } from '#lib/shared/list-query.ts';

/** What the list of tasks can show, sort by and filter by: the newest main task first, its subtasks below it. */
export const taskList = {
	sorts: ['family', ...projectList.sorts],
	defaultSort: 'family',
	columns: [...projectList.columns, 'project'],
	defaultColumns: ['nextStep', 'due', 'priority', 'stage', 'responsible', 'project', 'tags'],
	filters: [...projectList.filters, 'project', 'parent']
} as const satisfies ListShape;

const id = z.string().refine(isId, 'not_found');

export const LinkTask = z.object({
	id,
	project: z.preprocess((value) => (value === '' ? null : value), id.nullable())
});
export type LinkTask = z.infer<typeof LinkTask>;
