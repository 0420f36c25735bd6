import type { Choices } from '#lib/features/companies/queries.server.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import { m } from '#lib/messages/messages.js';
import { departmentFilter, optionsOf, ownerFilter } from '../counterparty/choices.ts';

/** Every column of the list of contacts, in order; the first, the name, is always there. */
export const contactColumns = (): readonly ListColumn[] => [
	{ name: 'number', label: m.records_number(), sort: 'number', align: 'end' },
	{ name: 'title', label: m.contacts_job_title(), editable: true },
	{ name: 'company', label: m.contacts_company() },
	{ name: 'email', label: m.records_emails() },
	{ name: 'phone', label: m.records_phones() },
	{ name: 'tags', label: m.records_tags() },
	{ name: 'owner', label: m.records_owner() },
	{ name: 'department', label: m.records_department() },
	{ name: 'created', label: m.records_created(), sort: 'created' },
	{ name: 'updated', label: m.records_updated(), sort: 'updated' }
];

export const contactName = (): ListColumn => ({
	name: 'name',
	label: m.records_name(),
	sort: 'name'
});

export const contactFilters = (choices: Choices): readonly ListFilter[] => [
	...departmentFilter(choices),
	ownerFilter(choices),
	{
		name: 'company',
		label: m.contacts_company(),
		options: [{ value: 'none', label: m.contacts_no_company() }]
	},
	{ name: 'tag', label: m.records_tags(), options: optionsOf(choices.tags) },
	{
		name: 'email',
		label: m.records_emails(),
		options: [{ value: 'none', label: m.contacts_without_email() }]
	}
];
