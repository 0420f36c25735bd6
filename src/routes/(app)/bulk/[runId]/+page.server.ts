import { redirect, type RequestEvent } from '@sveltejs/kit';
import {
	cancelRun,
	discardRun,
	startRun,
	undoRun,
	wishAnew,
	wishEdits,
	wishHeir
} from '#lib/features/bulk/commands.server.ts';
import { readManyEdits } from '#lib/features/bulk/model.ts';
import {
	getRun,
	listManyChoices,
	listOutcomes,
	rehearseRun
} from '#lib/features/bulk/queries.server.ts';
import { HandOverMany, OneRun } from '#lib/features/bulk/schema.ts';
import { typedIn } from '#lib/records/form.ts';
import { ctxOf, formAction, refuse } from '#lib/server/web/action.ts';
import { stopOf } from '#lib/server/web/errors.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { SHELL_KINDS } from '../../shell/kinds.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:bulk');
	return loadPage(event, async (ctx) => {
		const run = await getRun(ctx, event.params.runId);
		const isOpen = run.state === 'draft';
		const isWished = run.wish !== null;
		const asks = isOpen && run.kind !== null && (run.act === 'edit' || run.act === 'hand_over');
		return {
			run,
			choices: asks && run.kind ? await listManyChoices(ctx, run.kind, run.id) : null,
			preview: isOpen && isWished ? await rehearseRun(ctx, run) : null,
			outcomes: isOpen ? [] : await listOutcomes(ctx, run.id)
		};
	});
};

/** The fields' inputs are of many shapes, which the field declarations read. */
async function wish(event: RequestEvent) {
	const ctx = ctxOf(event);
	const form = await event.request.formData();
	try {
		const { runId } = OneRun.parse(event.params);
		const { kind } = await getRun(ctx, runId);
		const edits = kind ? readManyEdits(SHELL_KINDS[kind].kind, form) : [];
		const wished = await wishEdits(ctx, runId, edits);
		if (wished.ok) return { done: true as const };
		const faults = 'faults' in wished ? wished.faults : [{ field: '', code: wished.error }];
		return refuse(400, typedIn(form), faults);
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return refuse(stop.status, typedIn(form), [], stop.message);
	}
}

export const actions = {
	wish,
	heir: formAction(HandOverMany, wishHeir),
	anew: formAction(OneRun, wishAnew),
	start: formAction(OneRun, startRun),
	cancel: formAction(OneRun, cancelRun),
	undo: formAction(OneRun, undoRun, { done: (_event, { id }) => redirect(303, `/bulk/${id}`) }),
	discard: formAction(OneRun, discardRun, { done: () => redirect(303, '/bulk') })
} satisfies Actions;
