import { redirect } from '@sveltejs/kit';
import {
	changeView,
	chooseDefault,
	moveView,
	removeView,
	saveView,
	updateView
} from '#lib/features/views/commands.server.ts';
import { viewAddress } from '#lib/features/views/model.ts';
import {
	ChangeView,
	ChooseDefault,
	MoveView,
	OneView,
	SaveView,
	UpdateView
} from '#lib/features/views/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { isKind } from '#lib/shared/kinds.ts';
import type { Actions, PageServerLoad } from './$types.js';

// The views themselves are the shell's: they stand in the rail of every page.
export const load: PageServerLoad = ({ locals }) => {
	locals.ctx();
	return {};
};

/** Whoever saves a view looks at it. */
function look(_event: unknown, view: { id: string; kind: string; query: string }) {
	const { kind } = view;
	if (isKind(kind)) redirect(303, viewAddress({ ...view, kind }));
}

export const actions = {
	save: formAction(SaveView, saveView, { done: look }),
	update: formAction(UpdateView, updateView, { done: look }),
	change: formAction(ChangeView, changeView),
	remove: formAction(OneView, removeView),
	move: formAction(MoveView, moveView),
	begin: formAction(ChooseDefault, chooseDefault)
} satisfies Actions;
