import type { Choices } from '#lib/features/companies/queries.server.ts';
import type { Format } from '#lib/ui/format.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import { m } from '#lib/messages/messages.js';
import {
	countriesNamed,
	departmentFilter,
	optionsOf,
	ownerFilter
} from '../counterparty/choices.ts';

/** Every column of the list of companies, in order; the first, the name, is always there. */
export const companyColumns = (): readonly ListColumn[] => [
	{ name: 'number', label: m.records_number(), sort: 'number', align: 'end' },
	{ name: 'email', label: m.records_emails() },
	{ name: 'phone', label: m.records_phones() },
	{ name: 'website', label: m.records_website(), editable: true },
	{ name: 'place', label: m.records_place(), sort: 'city' },
	{ name: 'type', label: m.companies_type(), editable: true },
	{ name: 'industries', label: m.companies_industries() },
	{ name: 'tags', label: m.records_tags() },
	{ name: 'owner', label: m.records_owner() },
	{ name: 'department', label: m.records_department() },
	{ name: 'created', label: m.records_created(), sort: 'created' },
	{ name: 'updated', label: m.records_updated(), sort: 'updated' }
];

export const companyName = (): ListColumn => ({
	name: 'name',
	label: m.records_name(),
	sort: 'name'
});

export function companyFilters(choices: Choices, format: Format): readonly ListFilter[] {
	return [
		...departmentFilter(choices),
		ownerFilter(choices),
		{ name: 'type', label: m.companies_type(), options: optionsOf(choices.types) },
		{ name: 'industry', label: m.companies_industries(), options: optionsOf(choices.industries) },
		{ name: 'tag', label: m.records_tags(), options: optionsOf(choices.tags) },
		{
			name: 'country',
			label: m.records_country(),
			options: countriesNamed(choices.countries, format)
		},
		{
			name: 'email',
			label: m.records_emails(),
			options: [{ value: 'none', label: m.companies_without_email() }]
		}
	];
}
