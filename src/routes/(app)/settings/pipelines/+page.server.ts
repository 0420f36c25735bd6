import {
	addPipeline,
	addReason,
	addStage,
	changeStage,
	makeDefault,
	makeSuccess,
	movePipeline,
	moveReason,
	moveStage,
	removePipeline,
	removeReason,
	removeStage,
	renamePipeline,
	renameReason,
	renameStage
} from '#lib/features/settings/commands.server.ts';
import {
	listClosingReasons,
	listDepartments,
	listPipelines
} from '#lib/features/settings/queries.server.ts';
import {
	AddPipeline,
	AddReason,
	AddStage,
	ChangeStage,
	MovePipeline,
	MoveReason,
	MoveStage,
	OnePipeline,
	OneReason,
	OneStage,
	RenamePipeline,
	RenameReason,
	RenameStage
} from '#lib/features/settings/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		const [departments, pipelines, reasons] = await Promise.all([
			listDepartments(ctx),
			listPipelines(ctx),
			listClosingReasons(ctx)
		]);
		return {
			departments: departments.map(({ id, name }) => ({
				...{ id, name },
				pipelines: pipelines.filter(({ departmentId }) => departmentId === id),
				reasons: reasons.filter(({ departmentId }) => departmentId === id)
			}))
		};
	});

export const actions = {
	add: formAction(AddStage, addStage),
	rename: formAction(RenameStage, renameStage),
	move: formAction(MoveStage, moveStage),
	first: formAction(OneStage, makeDefault),
	remove: formAction(OneStage, removeStage),
	stage: formAction(ChangeStage, changeStage, { fields: { is_first: 'isSecondDefault' } }),
	addPipeline: formAction(AddPipeline, addPipeline),
	renamePipeline: formAction(RenamePipeline, renamePipeline),
	movePipeline: formAction(MovePipeline, movePipeline),
	removePipeline: formAction(OnePipeline, removePipeline),
	addReason: formAction(AddReason, addReason, { fields: { name_taken: 'name' } }),
	renameReason: formAction(RenameReason, renameReason, { fields: { name_taken: 'name' } }),
	moveReason: formAction(MoveReason, moveReason),
	success: formAction(OneReason, makeSuccess),
	removeReason: formAction(OneReason, removeReason)
} satisfies Actions;
