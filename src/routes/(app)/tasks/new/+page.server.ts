import { redirect } from '@sveltejs/kit';
import { reachOf } from '#lib/features/projects/policy.ts';
import {
	listOpenProjects,
	listWorkChoices,
	listWorkTags
} from '#lib/features/projects/queries.server.ts';
import { CreateWork } from '#lib/features/projects/schema.ts';
import { createTask } from '#lib/features/tasks/commands.server.ts';
import { getTask, listMainResponsible } from '#lib/features/tasks/queries.server.ts';
import { taskKind } from '#lib/features/tasks/record.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createForm } from '#lib/server/web/create-form.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { isId, newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (scopeOf(ctx.actor, 'task', 'create') === null) throw new Forbidden('task');
		const { searchParams } = event.url;
		const main = await mainOf(ctx, searchParams.get('parent'));
		const [choices, tags, projects] = await Promise.all([
			listWorkChoices(ctx, 'task', main?.responsibleIds),
			listWorkTags(ctx, 'task'),
			listOpenProjects(ctx)
		]);
		const project = searchParams.get('project');
		return {
			id: newId(),
			main,
			choices,
			tags,
			projects,
			...proposalsFor(ctx, main, choices),
			project
		};
	});

async function mainOf(ctx: Ctx, asked: string | null) {
	if (!isId(asked)) return null;
	const task = await getTask(ctx, asked);
	// A part of a part belongs to the whole.
	const id = task.parentId ?? task.id;
	const name = task.parentName ?? task.values.name;
	return { id, name, responsibleIds: await listMainResponsible(ctx, id) };
}

/** Who is chosen already when the form opens [H-001, H-021]. */
function proposalsFor(
	{ actor }: Ctx,
	main: Awaited<ReturnType<typeof mainOf>>,
	{ coOwners }: Awaited<ReturnType<typeof listWorkChoices>>
) {
	const givesToHimself = reachOf(actor) === 'own';
	return {
		responsible: givesToHimself ? [actor.id] : [],
		coOwner: main ? null : givesToHimself ? (coOwners[0]?.id ?? null) : '',
		subscribers: main?.responsibleIds.filter((id) => id !== actor.id) ?? []
	};
}

export const actions = {
	default: createForm(taskKind, CreateWork, createTask, ({ id }) => redirect(303, `/tasks/${id}`), {
		responsible_not_choosable: 'responsible',
		one_responsible: 'responsible',
		co_owner_not_choosable: 'coOwner'
	})
} satisfies Actions;
