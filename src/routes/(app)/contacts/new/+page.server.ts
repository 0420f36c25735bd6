import { redirect } from '@sveltejs/kit';
import { getCompany, listChoices } from '#lib/features/companies/queries.server.ts';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { mayCreateContacts } from '#lib/features/contacts/policy.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { addContact } from '#lib/features/matching/commands.server.ts';
import { AddContact } from '#lib/features/matching/schema.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createForm } from '#lib/server/web/create-form.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (!mayCreateContacts(ctx.actor)) throw new Forbidden('contact');
		const current = event.locals.session?.currentDepartmentId;
		const companyId = event.url.searchParams.get('company');
		const [{ departments }, companies, company] = await Promise.all([
			listChoices(ctx),
			findNamed(ctx, companyRecords, '', 50),
			companyId ? getCompany(ctx, companyId) : null
		]);
		return {
			id: newId(),
			departments,
			departmentId: current ?? ctx.actor.departmentIds[0] ?? departments[0]?.id ?? '',
			companies,
			company: company && { id: company.id, name: company.name }
		};
	});

export const actions = {
	default: createForm(contactKind, AddContact, addContact, ({ id }) =>
		redirect(303, `/contacts/${id}`)
	)
} satisfies Actions;
