import { redirect } from '@sveltejs/kit';
import { mayCreateCompanies } from '#lib/features/companies/policy.ts';
import { listChoices } from '#lib/features/companies/queries.server.ts';
import { companyKind } from '#lib/features/companies/record.ts';
import { addCompany } from '#lib/features/matching/commands.server.ts';
import { AddCompany } from '#lib/features/matching/schema.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createForm } from '#lib/server/web/create-form.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (!mayCreateCompanies(ctx.actor)) throw new Forbidden('company');
		const current = event.locals.session?.currentDepartmentId;
		const { departments } = await listChoices(ctx);
		return {
			id: newId(),
			departments,
			departmentId: current ?? ctx.actor.departmentIds[0] ?? departments[0]?.id ?? ''
		};
	});

export const actions = {
	default: createForm(companyKind, AddCompany, addCompany, ({ id }) =>
		redirect(303, `/companies/${id}`)
	)
} satisfies Actions;
