import { redirect } from '@sveltejs/kit';
import { createProject } from '#lib/features/projects/commands.server.ts';
import { reachOf } from '#lib/features/projects/policy.ts';
import { listWorkChoices, listWorkTags } from '#lib/features/projects/queries.server.ts';
import { projectKind } from '#lib/features/projects/record.ts';
import { CreateWork } from '#lib/features/projects/schema.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createForm } from '#lib/server/web/create-form.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (scopeOf(ctx.actor, 'project', 'create') === null) throw new Forbidden('project');
		const [choices, tags] = await Promise.all([
			listWorkChoices(ctx, 'project'),
			listWorkTags(ctx, 'project')
		]);
		const coOwner = reachOf(ctx.actor) === 'own' ? (choices.coOwners[0]?.id ?? null) : '';
		return { id: newId(), choices, tags, coOwner };
	});

export const actions = {
	default: createForm(
		projectKind,
		CreateWork,
		createProject,
		({ id }) => redirect(303, `/projects/${id}`),
		{ responsible_not_choosable: 'responsible', co_owner_not_choosable: 'coOwner' }
	)
} satisfies Actions;
