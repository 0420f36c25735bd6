import type { Choices } from '#lib/features/companies/queries.server.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import { m } from '#lib/messages/messages.js';
import { departmentFilter, optionsOf, ownerFilter } from '../counterparty/choices.ts';

/** Every column of the list of leads, in order; the first, the name, is always there. */
export const leadColumns = (): readonly ListColumn[] => [
	{ name: 'number', label: m.records_number(), sort: 'number', align: 'end' },
	{ name: 'title', label: m.contacts_job_title(), editable: true },
	{ name: 'company', label: m.leads_company_name(), sort: 'company', editable: true },
	{ name: 'email', label: m.records_emails() },
	{ name: 'phone', label: m.records_phones() },
	{ name: 'place', label: m.records_place() },
	{ name: 'source', label: m.companies_source() },
	{ name: 'tags', label: m.records_tags() },
	{ name: 'owner', label: m.records_owner() },
	{ name: 'department', label: m.records_department() },
	{ name: 'created', label: m.records_created(), sort: 'created' },
	{ name: 'updated', label: m.records_updated(), sort: 'updated' }
];

export const leadName = (): ListColumn => ({
	name: 'name',
	label: m.records_name(),
	sort: 'name'
});

export const leadFilters = (choices: Choices): readonly ListFilter[] => [
	...departmentFilter(choices),
	ownerFilter(choices),
	{ name: 'source', label: m.companies_source(), options: optionsOf(choices.sources) },
	{ name: 'tag', label: m.records_tags(), options: optionsOf(choices.tags) },
	{
		name: 'disqualified',
		label: m.leads_disqualified(),
		options: [
			{ value: 'no', label: m.records_no() },
			{ value: 'yes', label: m.records_yes() }
		]
	},
	{
		name: 'converted',
		label: m.leads_converted(),
		options: [
			{ value: 'yes', label: m.leads_only_converted() },
			{ value: 'all', label: m.leads_also_converted() }
		]
	}
];
