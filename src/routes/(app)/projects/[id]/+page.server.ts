import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { listFiles } from '#lib/features/attachments/queries.server.ts';
import {
	assignProject,
	lookAtProject,
	revertProject,
	saveProject,
	trashProject
} from '#lib/features/projects/commands.server.ts';
import {
	getProject,
	listWorkChoices,
	listWorkStages,
	listWorkTags
} from '#lib/features/projects/queries.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import { projectKind } from '#lib/features/projects/record.ts';
import { AssignWork, OneWork } from '#lib/features/projects/schema.ts';
import { listTasksOf } from '#lib/features/tasks/queries.server.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
import { remindersAt } from '#lib/features/reminders/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { revertForm } from '#lib/server/web/revert-form.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:project', 'live:task', 'live:kept', 'live:reminder');
	return loadPage(event, async (ctx) => {
		const project = await getProject(ctx, event.params.id);
		const [stages, tags, choices, colleagues, history, tasks, kept, files, reminders] =
			await Promise.all([
				listWorkStages(ctx, 'project'),
				listWorkTags(ctx, 'project'),
				listWorkChoices(ctx, 'project'),
				listColleagues(ctx),
				loadTimeline(ctx, projectRecords, project, event.url.searchParams),
				listTasksOf(ctx, project.id),
				keptAtRecord(ctx, projectRecords, project.id),
				listFiles(ctx, { kind: 'project', recordId: project.id }),
				remindersAt(ctx, { kind: 'project', recordId: project.id })
			]);
		const names = Object.fromEntries(colleagues.map(({ id, name }) => [id, name]));
		return { project, stages, tags, choices, names, history, tasks, kept, files, reminders };
	});
};

export const actions = {
	look: formAction(OneWork, lookAtProject),
	revert: (event) => revertForm(event, (ctx, asked) => revertProject(ctx, event.params.id, asked)),
	save: (event) =>
		saveForm(event, projectKind, (ctx, edits) => saveProject(ctx, event.params.id, edits)),
	assign: formAction(AssignWork, assignProject),
	trash: formAction(OneWork, trashProject, {
		done: (_event, { id }) => redirect(303, `/projects?trashed=${id}`)
	})
} satisfies Actions;
