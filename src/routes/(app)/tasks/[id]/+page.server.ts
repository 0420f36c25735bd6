import { redirect } from '@sveltejs/kit';
import { loadTimeline } from '#lib/features/activity/queries.server.ts';
import { listFiles } from '#lib/features/attachments/queries.server.ts';
import {
	listOpenProjects,
	listWorkChoices,
	listWorkStages,
	listWorkTags
} from '#lib/features/projects/queries.server.ts';
import { AssignWork, OneWork } from '#lib/features/projects/schema.ts';
import {
	assignTask,
	linkTask,
	lookAtTask,
	revertTask,
	saveTask,
	trashTask
} from '#lib/features/tasks/commands.server.ts';
import { getTask, listMainResponsible, listSubtasks } from '#lib/features/tasks/queries.server.ts';
import { taskRecords } from '#lib/features/tasks/record.server.ts';
import { taskKind } from '#lib/features/tasks/record.ts';
import { LinkTask } from '#lib/features/tasks/schema.ts';
import { listColleagues } from '#lib/features/users/queries.server.ts';
import { keptAtRecord } from '#lib/features/kept/queries.server.ts';
import { remindersAt } from '#lib/features/reminders/queries.server.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { revertForm } from '#lib/server/web/revert-form.ts';
import { saveForm } from '#lib/server/web/save-form.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:task', 'live:project', 'live:kept', 'live:reminder');
	return loadPage(event, async (ctx) => {
		const task = await getTask(ctx, event.params.id);
		const mainResponsible = task.parentId ? await listMainResponsible(ctx, task.parentId) : [];
		const [stages, tags, choices, colleagues, history, subtasks, projects, kept, files, reminders] =
			await Promise.all([
				listWorkStages(ctx, 'task'),
				listWorkTags(ctx, 'task'),
				listWorkChoices(ctx, 'task', mainResponsible),
				listColleagues(ctx),
				loadTimeline(ctx, taskRecords, task, event.url.searchParams),
				listSubtasks(ctx, task.id),
				listOpenProjects(ctx),
				keptAtRecord(ctx, taskRecords, task.id),
				listFiles(ctx, { kind: 'task', recordId: task.id }),
				remindersAt(ctx, { kind: 'task', recordId: task.id })
			]);
		const names = Object.fromEntries(colleagues.map(({ id, name }) => [id, name]));
		return {
			...{ task, stages, tags, choices, names, history },
			...{ subtasks, projects, kept, files, reminders }
		};
	});
};

export const actions = {
	look: formAction(OneWork, lookAtTask),
	revert: (event) => revertForm(event, (ctx, asked) => revertTask(ctx, event.params.id, asked)),
	save: (event) => saveForm(event, taskKind, (ctx, edits) => saveTask(ctx, event.params.id, edits)),
	assign: formAction(AssignWork, assignTask),
	link: formAction(LinkTask, linkTask),
	trash: formAction(OneWork, trashTask, {
		done: (_event, { id }) => redirect(303, `/tasks?trashed=${id}`)
	})
} satisfies Actions;
