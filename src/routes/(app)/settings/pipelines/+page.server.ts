import {
	addStage,
	makeDefault,
	moveStage,
	removeStage,
	renameStage
} from '#lib/features/settings/commands.server.ts';
import { listDepartments, listPipelines } from '#lib/features/settings/queries.server.ts';
import { AddStage, MoveStage, OneStage, RenameStage } from '#lib/features/settings/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const departments = new Map((await listDepartments(ctx)).map(({ id, name }) => [id, name]));
		const pipelines = await listPipelines(ctx);
		return {
			pipelines: pipelines.map((pipeline) => ({
				...pipeline,
				department: departments.get(pipeline.departmentId) ?? ''
			}))
		};
	});

export const actions = {
	add: formAction(AddStage, addStage),
	rename: formAction(RenameStage, renameStage),
	move: formAction(MoveStage, moveStage),
	first: formAction(OneStage, makeDefault),
	remove: formAction(OneStage, removeStage)
} satisfies Actions;
