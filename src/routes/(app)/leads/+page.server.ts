import { redirect } from '@sveltejs/kit';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { restoreLead, saveCell } from '#lib/features/leads/commands.server.ts';
import { canEditLead, mayDeleteLeads } from '#lib/features/leads/policy.ts';
import { getTrashedLead, listLeads } from '#lib/features/leads/queries.server.ts';
import { leadList, OneLead, SaveCell } from '#lib/features/leads/schema.ts';
import { formAction } from '#lib/server/web/action.ts';
import { listQueryOf } from '#lib/server/web/list-page.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:lead');
	return loadPage(event, async (ctx) => {
		const query = listQueryOf(event, ctx.actor, leadList);
		const trashedId = event.url.searchParams.get('trashed');
		const [{ page, total, unseen }, choices, trashed] = await Promise.all([
			listLeads(ctx, query),
			listChoices(ctx),
			trashedId === null ? null : getTrashedLead(ctx, trashedId)
		]);
		return {
			page: {
				...page,
				rows: page.rows.map((row) => ({ ...row, mayEdit: canEditLead(ctx.actor, row) }))
			},
			total,
			unseen,
			query,
			choices,
			trashed,
			mayDelete: mayDeleteLeads(ctx.actor)
		};
	});
};

export const actions = {
	cell: formAction(SaveCell, saveCell),
	restore: formAction(OneLead, restoreLead, {
		done: (_event, { id }) => redirect(303, `/leads/${id}`)
	})
} satisfies Actions;
