import { statusWord } from '#lib/features/payments/model.ts';
import { STATUSES } from '#lib/features/payments/schema.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import { m } from '#lib/messages/messages.js';
import { periodFilters } from '../counterparty/periods.ts';

export const paymentColumns = (): readonly ListColumn[] => [
	{ name: 'amount', label: m.payments_amount(), align: 'end' },
	{ name: 'status', label: m.payments_status() },
	{ name: 'day', label: m.payments_day(), sort: 'day' },
	{ name: 'company', label: m.payments_counterparty() },
	{ name: 'products', label: m.products_title() },
	{ name: 'owner', label: m.payments_owner() },
	{ name: 'contractNumber', label: m.payments_contract_number() },
	{ name: 'invoiceNumber', label: m.payments_invoice_number() },
	{ name: 'orderNumber', label: m.payments_order_number() },
	{ name: 'department', label: m.records_department() }
];

export const paymentName = (): ListColumn => ({ name: 'deal', label: m.payments_deal() });

interface Named {
	readonly id: string;
	readonly name: string;
}

interface Choices {
	readonly departments: readonly Named[];
	readonly people: readonly Named[];
	readonly currencies: readonly string[];
}

const optionsOf = (named: readonly Named[]) =>
	named.map(({ id, name }) => ({ value: id, label: name }));

/** Only for those who look at more than one department. */
export const departmentsFilter = (departments: readonly Named[]): readonly ListFilter[] =>
	departments.length < 2
		? []
		: [
				{
					name: 'department',
					label: m.records_department(),
					always: true,
					options: [{ value: 'all', label: m.lists_all_departments() }, ...optionsOf(departments)]
				}
			];

export const dealOwnerFilter = (people: readonly Named[]): ListFilter => ({
	name: 'owner',
	label: m.payments_owner(),
	always: true,
	options: [
		{ value: 'all', label: m.payments_owner_all() },
		{ value: 'me', label: m.lists_me() },
		{ value: 'nobody', label: m.records_nobody() },
		...optionsOf(people)
	]
});

export const paymentFilters = ({
	departments,
	people,
	currencies
}: Choices): readonly ListFilter[] => [
	...departmentsFilter(departments),
	dealOwnerFilter(people),
	{
		name: 'status',
		label: m.payments_status(),
		options: [
			...STATUSES.map((status) => ({ value: status, label: statusWord(status) })),
			{ value: 'expected', label: m.payments_status_expected() }
		]
	},
	...periodFilters(m.payments_day()),
	{
		name: 'currency',
		label: m.records_currency(),
		options: currencies.map((code) => ({ value: code, label: code }))
	}
];
