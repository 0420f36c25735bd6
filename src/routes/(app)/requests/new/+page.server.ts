import { redirect } from '@sveltejs/kit';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { getCompany, listChoices } from '#lib/features/companies/queries.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { getContact } from '#lib/features/contacts/queries.server.ts';
import { createRequest } from '#lib/features/requests/commands.server.ts';
import { mayCreateRequests, qualifiesRequests } from '#lib/features/requests/policy.ts';
import { listProductChoices } from '#lib/features/products/queries.server.ts';
import { requestKind } from '#lib/features/requests/record.ts';
import { CreateRequest } from '#lib/features/requests/schema.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import { listDepartments } from '#lib/features/settings/queries.server.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { createForm } from '#lib/server/web/create-form.ts';
import { loadPage } from '#lib/server/web/load.ts';
import { newId } from '#lib/shared/ids.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) =>
	loadPage(event, async (ctx) => {
		if (!mayCreateRequests(ctx.actor)) throw new Forbidden('request');
		const current = event.locals.session?.currentDepartmentId;
		const { searchParams } = event.url;
		const [companyId, contactId] = [searchParams.get('company'), searchParams.get('contact')];
		const [choices, departments, companies, contacts, company, contact] = await Promise.all([
			listChoices(ctx),
			listDepartments(ctx),
			findNamed(ctx, companyRecords, '', 50),
			findNamed(ctx, contactRecords, '', 50),
			companyId ? getCompany(ctx, companyId) : null,
			contactId ? getContact(ctx, contactId) : null
		]);
		const departmentId = current ?? ctx.actor.departmentIds[0] ?? departments[0]?.id ?? '';
		return {
			id: newId(),
			choices,
			products: departmentId ? await listProductChoices(ctx, departmentId) : [],
			departmentId,
			country: departments.find(({ id }) => id === departmentId)?.defaultCountry ?? '',
			/** Whoever gives requests to others says whose this is; the others enter their own. */
			choosesOwner: qualifiesRequests(ctx.actor),
			companies,
			contacts,
			company: company && { id: company.id, name: company.name },
			contact: contact && { id: contact.id, name: contact.fullName }
		};
	});

export const actions = {
	default: createForm(
		requestKind,
		CreateRequest,
		createRequest,
		({ id }) => redirect(303, `/requests/${id}`),
		{ contact_elsewhere: 'contactId', no_name: 'name', department_required: 'departmentId' }
	)
} satisfies Actions;
