import { redirect } from '@sveltejs/kit';
import {
	listOpenProjects,
	listWorkChoices,
	listWorkStages,
	listWorkTags
} from '#lib/features/projects/queries.server.ts';
import { OneWork } from '#lib/features/projects/schema.ts';
import { restoreTask } from '#lib/features/tasks/commands.server.ts';
import {
	findTrashedTask,
	listTasks,
	withTaskDefaults
} from '#lib/features/tasks/queries.server.ts';
import { taskList } from '#lib/features/tasks/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:task');
	return loadPage(event, async (ctx) => {
		const { searchParams } = event.url;
		const query = await withTaskDefaults(ctx, readListQuery(searchParams, taskList));
		const [list, stages, tags, choices, projects, trashed] = await Promise.all([
			listTasks(ctx, query),
			listWorkStages(ctx, 'task'),
			listWorkTags(ctx, 'task'),
			listWorkChoices(ctx, 'task'),
			listOpenProjects(ctx),
			findTrashedTask(ctx, searchParams.get('trashed') ?? '')
		]);
		return { list, query, stages, tags, people: choices.subscribers, projects, trashed };
	});
};

export const actions = {
	restore: formAction(OneWork, restoreTask, {
		done: (_event, { id }) => redirect(303, `/tasks/${id}`)
	})
} satisfies Actions;
