import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import { m } from '#lib/messages/messages.js';
import { periodFilters } from '../counterparty/periods.ts';
import { dealOwnerFilter, departmentsFilter } from '../payments/words.ts';

export const shipmentColumns = (): readonly ListColumn[] => [
	{ name: 'deal', label: m.payments_deal() },
	{ name: 'quantity', label: m.shipments_quantity(), align: 'end' },
	{ name: 'contract', label: m.shipments_contract_day(), sort: 'contract' },
	{ name: 'planned', label: m.shipments_planned_day() },
	{ name: 'shipped', label: m.shipments_actual_day(), sort: 'shipped' },
	{ name: 'paid', label: m.shipments_paid(), align: 'end' },
	{ name: 'guaranteed', label: m.shipments_next_guaranteed() },
	{ name: 'orderNumber', label: m.payments_order_number() },
	{ name: 'company', label: m.payments_counterparty() },
	{ name: 'country', label: m.records_country() },
	{ name: 'owner', label: m.payments_owner() },
	{ name: 'serial', label: m.shipments_serial_number() },
	{ name: 'department', label: m.records_department() }
];

export const shipmentName = (): ListColumn => ({ name: 'product', label: m.shipments_product() });

interface Named {
	readonly id: string;
	readonly name: string;
}

interface Choices {
	readonly departments: readonly Named[];
	readonly people: readonly Named[];
	readonly products: readonly Named[];
}

export const shipmentFilters = ({
	departments,
	people,
	products
}: Choices): readonly ListFilter[] => [
	...departmentsFilter(departments),
	{
		name: 'state',
		label: m.shipments_state(),
		options: [
			{ value: 'open', label: m.shipments_state_open() },
			{ value: 'late', label: m.shipments_state_late() },
			{ value: 'shipped', label: m.shipments_state_shipped() }
		]
	},
	...(products.length > 0
		? [
				{
					name: 'product',
					label: m.shipments_product(),
					options: products.map(({ id, name }) => ({ value: id, label: name }))
				}
			]
		: []),
	dealOwnerFilter(people),
	...periodFilters(m.shipments_contract_day())
];
