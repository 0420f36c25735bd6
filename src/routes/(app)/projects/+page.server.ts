import { redirect } from '@sveltejs/kit';
import { restoreProject } from '#lib/features/projects/commands.server.ts';
import {
	findTrashedProject,
	listProjects,
	listWorkChoices,
	listWorkStages,
	listWorkTags
} from '#lib/features/projects/queries.server.ts';
import { OneWork, projectList } from '#lib/features/projects/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { readListQuery } from '#lib/shared/list-query.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:project');
	return loadPage(event, async (ctx) => {
		const { searchParams } = event.url;
		const asked = readListQuery(searchParams, projectList);
		const query = asked.trash ? asked : { ...asked, filters: { active: 'yes', ...asked.filters } };
		const [list, stages, tags, choices, trashed] = await Promise.all([
			listProjects(ctx, query),
			listWorkStages(ctx, 'project'),
			listWorkTags(ctx, 'project'),
			listWorkChoices(ctx, 'project'),
			findTrashedProject(ctx, searchParams.get('trashed') ?? '')
		]);
		return { list, query, stages, tags, people: choices.subscribers, trashed };
	});
};

export const actions = {
	restore: formAction(OneWork, restoreProject, {
		done: (_event, { id }) => redirect(303, `/projects/${id}`)
	})
} satisfies Actions;
