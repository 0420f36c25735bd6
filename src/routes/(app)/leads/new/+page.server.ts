import { redirect } from '@sveltejs/kit';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { addLead } from '#lib/features/leads/commands.server.ts';
import { mayCreateLeads } from '#lib/features/leads/policy.ts';
import { leadKind } from '#lib/features/leads/record.ts';
import { AddLead } from '#lib/features/leads/schema.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createForm } from '#lib/server/web/create-form.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (!mayCreateLeads(ctx.actor)) throw new Forbidden('lead');
		const current = event.locals.session?.currentDepartmentId;
		const { departments, sources } = await listChoices(ctx);
		const departmentId = current ?? ctx.actor.departmentIds[0] ?? departments[0]?.id ?? '';
		return {
			id: newId(),
			departments,
			departmentId,
			// A source counts for its department only: with several, it is chosen on the lead's page.
			sources:
				departments.length > 1 ? [] : sources.filter((one) => one.departmentId === departmentId)
		};
	});

export const actions = {
	default: createForm(leadKind, AddLead, addLead, ({ id }) => redirect(303, `/leads/${id}`))
} satisfies Actions;
