import { redirect } from '@sveltejs/kit';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { convertLead } from '#lib/features/leads/commands.server.ts';
import { findMatches, getLead } from '#lib/features/leads/queries.server.ts';
import { ConvertForm } from '#lib/features/leads/schema.ts';
import { findNamed } from '#lib/features/search/queries.server.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { formAction } from '#lib/server/web/action.ts';
import { loadPage } from '#lib/server/web/load.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = (event) => {
	for (const noun of ['lead', 'company', 'contact']) event.depends(`live:${noun}`);
	return loadPage(event, async (ctx) => {
		const lead = await getLead(ctx, event.params.id);
		if (lead.conversion) redirect(303, `/leads/${lead.id}`);
		if (!lead.mayEdit) throw new Forbidden('lead');
		const [matches, companies, contacts] = await Promise.all([
			findMatches(ctx, lead.values),
			findNamed(ctx, companyRecords, '', 50),
			findNamed(ctx, contactRecords, '', 50)
		]);
		return { lead, matches, companies, contacts };
	});
};

const fields = {
	several_companies: 'company',
	several_contacts: 'contact',
	company_name_needed: 'company',
	contact_elsewhere: 'contact'
};

export const actions = {
	default: (event) =>
		formAction(ConvertForm, (ctx, input) => convertLead(ctx, event.locals.kinds, input), {
			fields,
			done: (_event, { contactId }) => redirect(303, `/contacts/${contactId}`)
		})(event)
} satisfies Actions;
