import {
	addQualitySignal,
	changeQualitySignal,
	removeQualitySignal
} from '#lib/features/deals/commands.server.ts';
import { listQualitySignals } from '#lib/features/deals/queries.server.ts';
import {
	AddQualitySignal,
	ChangeQualitySignal,
	OneQualitySignal
} from '#lib/features/deals/schema.ts';
import { NotFound } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { scopeOf } from '#lib/shared/actor.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (scopeOf(ctx.actor, 'qualitySignal', 'read') === null) throw new NotFound('quality');
		return { departments: await listQualitySignals(ctx) };
	});

const named = { fields: { name_taken: 'name' } } as const;

export const actions = {
	add: formAction(AddQualitySignal, addQualitySignal, named),
	change: formAction(ChangeQualitySignal, changeQualitySignal, named),
	remove: formAction(OneQualitySignal, removeQualitySignal)
} satisfies Actions;
