import { z } from 'zod';
import { m } from '#lib/messages/messages.js';
import { projectListing } from '#lib/features/projects/queries.server.ts';
import { projectRecords } from '#lib/features/projects/record.server.ts';
import {
	assignProject,
	createProject,
	restoreProject,
	trashProject
} from '#lib/features/projects/commands.server.ts';
import {
	assignTask,
	createTask,
	linkTask,
	restoreTask,
	trashTask
} from '#lib/features/tasks/commands.server.ts';
import { taskListing } from '#lib/features/tasks/queries.server.ts';
import { taskRecords } from '#lib/features/tasks/record.server.ts';
import { resourceCommand, type Resource } from '#lib/server/api/resource.ts';
import { phrase } from '../../(app)/counterparty/phrase.ts';
import { id, optionalId } from './inputs.ts';

/** Whoever is not named stays; what is not given stays as it is. */
const Assignment = z.strictObject({
	responsible: z.array(id).max(100).optional(),
	subscribers: z.array(id).max(200).optional(),
	coOwner: optionalId
});

const work = {
	filledIn: ['stage', 'priority', 'owner'],
	// Whoever creates work owns it.
	decided: ['owner'],
	refusedFields: {
		responsible_not_choosable: 'responsible',
		one_responsible: 'responsible',
		co_owner_not_choosable: 'coOwner',
		main_in_trash: 'parent'
	},
	phrase
};

export const tasks: Resource = {
	...work,
	serverKind: taskRecords,
	title: m.tasks_title,
	listing: taskListing,
	create: createTask,
	trash: (ctx, id) => trashTask(ctx, { id }),
	restore: (ctx, id) => restoreTask(ctx, { id }),
	commands: {
		assign: resourceCommand({
			input: Assignment,
			summary: m.api_work_assign,
			fields: work.refusedFields,
			run: (ctx, id, people) => assignTask(ctx, { id, ...people })
		}),
		link: resourceCommand({
			input: z.strictObject({ project: id.nullable() }),
			summary: m.api_task_link,
			run: (ctx, id, { project }) => linkTask(ctx, { id, project })
		})
	}
};

export const projects: Resource = {
	...work,
	serverKind: projectRecords,
	title: m.projects_title,
	listing: projectListing,
	create: createProject,
	trash: (ctx, id) => trashProject(ctx, { id }),
	restore: (ctx, id) => restoreProject(ctx, { id }),
	commands: {
		assign: resourceCommand({
			input: Assignment,
			summary: m.api_work_assign,
			fields: work.refusedFields,
			run: (ctx, id, people) => assignProject(ctx, { id, ...people })
		})
	}
};
