import { redirect } from '@sveltejs/kit';
import {
	cancelImport,
	discardImport,
	setUpImport,
	startImport,
	tryImport,
	undoImport
} from '#lib/features/imports/commands.server.ts';
import { importableKind, mappingProblem } from '#lib/features/imports/model.ts';
import { canSetUpImport, canStopImport } from '#lib/features/imports/policy.ts';
import {
	getImport,
	listFaultyRows,
	previewImport,
	type Import
} from '#lib/features/imports/queries.server.ts';
import { OneImport, SetUpForm } from '#lib/features/imports/schema.ts';
import type { Ctx } from '#lib/server/context.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

const SHOWN_FAULTS = 20;

export const load: PageServerLoad = (event) => {
	event.depends('live:import');
	return loadPage(event, async (ctx) => {
		const one = await getImport(ctx, event.params.importId);
		const isOwn = canSetUpImport(ctx.actor, one);
		const isOpen = one.state === 'uploaded';
		return {
			one: presentImport(one),
			isOwn,
			mayStop: canStopImport(ctx.actor, one),
			mayUndo: isOwn && ['done', 'cancelled', 'failed'].includes(one.state),
			setUp: isOpen && isOwn ? await setUpOf(ctx, one) : null,
			faultyRows: isOpen ? [] : await shownFaults(ctx, one)
		};
	});
};

const presentImport = ({ storedAs: _stored, mapping: _mapping, ...one }: Import) => one;

async function setUpOf(ctx: Ctx, one: Import) {
	const preview = await previewImport(ctx, one);
	return { ...preview, problem: mappingProblem(importableKind(one.kind), one.mapping) };
}

/** Failed rows first: they need somebody; then flagged ones, then those that were there already. */
async function shownFaults(ctx: Ctx, one: Import) {
	const query = { importId: one.id, limit: SHOWN_FAULTS };
	const failed = await listFaultyRows(ctx, { ...query, outcome: 'failed' });
	const flagged = await listFaultyRows(ctx, { ...query, outcome: 'flagged' });
	const existing = await listFaultyRows(ctx, { ...query, outcome: 'existing' });
	return [...failed, ...flagged, ...existing]
		.slice(0, SHOWN_FAULTS)
		.map(({ cells, ...row }) => ({ ...row, cells: mappedCells(one, cells) }));
}

/** The cells that matter, short enough for a page. */
const mappedCells = ({ mapping }: Import, cells: readonly string[]) =>
	cells.filter((_, column) => mapping[column]).map((text) => text.slice(0, 200));

export const actions = {
	preview: formAction(SetUpForm, setUpImport),
	start: formAction(SetUpForm, startImport, {
		done: ({ params }) => redirect(303, `/imports/${params.importId}`)
	}),
	try: formAction(SetUpForm, tryImport),
	undo: formAction(OneImport, undoImport),
	cancel: formAction(OneImport, cancelImport),
	discard: formAction(OneImport, discardImport, { done: () => redirect(303, '/imports') })
} satisfies Actions;
