import { redirect } from '@sveltejs/kit';
import { chooseRecords } from '#lib/features/bulk/commands.server.ts';
import { listRuns } from '#lib/features/bulk/queries.server.ts';
import { ChooseRecords } from '#lib/features/bulk/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:bulk');
	return loadPage(event, async (ctx) => ({ runs: await listRuns(ctx) }));
};

export const actions = {
	choose: formAction(ChooseRecords, chooseRecords, {
		done: (_event, { id }) => redirect(303, `/bulk/${id}`)
	})
} satisfies Actions;
