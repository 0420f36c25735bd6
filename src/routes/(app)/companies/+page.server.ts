import { redirect } from '@sveltejs/kit';
import { restoreCompany, saveCell } from '#lib/features/companies/commands.server.ts';
import { canEditCompany, mayDeleteCompanies } from '#lib/features/companies/policy.ts';
import {
	getTrashedCompany,
	listChoices,
	listCompanies
} from '#lib/features/companies/queries.server.ts';
import { companyList, OneCompany, SaveCell } from '#lib/features/companies/schema.ts';
import { listContactsOf } from '#lib/features/contacts/queries.server.ts';
import { listDealsOf } from '#lib/features/deals/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { formAction } from '#lib/server/web/action.ts';
import { listQueryOf } from '#lib/server/web/list-page.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:company');
	return loadPage(event, async (ctx) => {
		const query = listQueryOf(event, ctx.actor, companyList);
		const [{ page, total, unseen }, choices, trashed] = await Promise.all([
			listCompanies(ctx, query),
			listChoices(ctx),
			trashedOf(ctx, event.url.searchParams.get('trashed'))
		]);
		return {
			page: {
				...page,
				rows: page.rows.map((row) => ({ ...row, mayEdit: canEditCompany(ctx.actor, row) }))
			},
			total,
			unseen,
			query,
			choices,
			trashed,
			mayDelete: mayDeleteCompanies(ctx.actor)
		};
	});
};

export const actions = {
	cell: formAction(SaveCell, saveCell),
	restore: formAction(OneCompany, restoreCompany, {
		done: (_event, { id }) => redirect(303, `/companies/${id}`)
	})
} satisfies Actions;

/** The company that was just deleted, with what is still linked to it. */
async function trashedOf(ctx: Ctx, id: string | null) {
	const company = id === null ? null : await getTrashedCompany(ctx, id);
	if (!company) return null;
	const [contacts, deals] = await Promise.all([
		listContactsOf(ctx, company.id, 1),
		listDealsOf(ctx, { companyId: company.id })
	]);
	return { ...company, contacts: contacts.count, deals: deals.length };
}
