import { redirect } from '@sveltejs/kit';
import { restoreContact, saveCell } from '#lib/features/contacts/commands.server.ts';
import { canEditContact, mayDeleteContacts } from '#lib/features/contacts/policy.ts';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { contactList, OneContact, SaveCell } from '#lib/features/contacts/schema.ts';
import { getTrashedContact, listContacts } from '#lib/features/contacts/queries.server.ts';
import { listDealsOf } from '#lib/features/deals/queries.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { formAction } from '#lib/server/web/action.ts';
import { listQueryOf } from '#lib/server/web/list-page.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	event.depends('live:contact');
	return loadPage(event, async (ctx) => {
		const query = listQueryOf(event, ctx.actor, contactList);
		const [{ page, total, unseen }, choices, trashed] = await Promise.all([
			listContacts(ctx, query),
			listChoices(ctx),
			trashedOf(ctx, event.url.searchParams.get('trashed'))
		]);
		return {
			page: {
				...page,
				rows: page.rows.map((row) => ({ ...row, mayEdit: canEditContact(ctx.actor, row) }))
			},
			total,
			unseen,
			query,
			choices,
			trashed,
			mayDelete: mayDeleteContacts(ctx.actor)
		};
	});
};

export const actions = {
	cell: formAction(SaveCell, saveCell),
	restore: formAction(OneContact, restoreContact, {
		done: (_event, { id }) => redirect(303, `/contacts/${id}`)
	})
} satisfies Actions;

/** The contact that was just deleted, with what is still linked to him. */
async function trashedOf(ctx: Ctx, id: string | null) {
	const contact = id === null ? null : await getTrashedContact(ctx, id);
	if (!contact) return null;
	const deals = await listDealsOf(ctx, { contactId: contact.id });
	return { ...contact, deals: deals.length };
}
