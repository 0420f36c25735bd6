import { PRODUCT_TYPES } from '#lib/features/products/record.ts';
import type { ListColumn, ListFilter } from '#lib/ui/list/column.ts';
import type { Option } from '#lib/ui/options.svelte.ts';
import { m } from '#lib/messages/messages.js';

/** Names of a product's fields, on its page and in its history. */
export const productLabels = (): Readonly<Record<string, string>> => ({
	name: m.records_name(),
	type: m.products_type(),
	price: m.products_price(),
	category: m.products_category(),
	onSale: m.products_on_sale(),
	description: m.products_description(),
	department: m.records_department()
});

const TYPES: Readonly<Record<(typeof PRODUCT_TYPES)[number], () => string>> = {
	goods: m.products_type_goods,
	service: m.products_type_service
};

export const typeName = (type: (typeof PRODUCT_TYPES)[number]) => TYPES[type]();

export const typeOptions = (): readonly Option[] =>
	PRODUCT_TYPES.map((type) => ({ value: type, label: typeName(type) }));

/** What the history calls the types. */
export const typeNames = (): Readonly<Record<string, string>> =>
	Object.fromEntries(PRODUCT_TYPES.map((type) => [type, typeName(type)]));

export const productColumns = (): readonly ListColumn[] => [
	{ name: 'number', label: m.records_number(), sort: 'number', align: 'end' },
	{ name: 'price', label: m.products_price(), align: 'end' },
	{ name: 'type', label: m.products_type() },
	{ name: 'category', label: m.products_category() },
	{ name: 'onSale', label: m.products_on_sale() },
	{ name: 'department', label: m.records_department() },
	{ name: 'created', label: m.records_created(), sort: 'created' },
	{ name: 'updated', label: m.records_updated(), sort: 'updated' }
];

export const productName = (): ListColumn => ({
	name: 'name',
	label: m.records_name(),
	sort: 'name'
});

interface Named {
	readonly id: string;
	readonly name: string;
}

export const namedOptions = (named: readonly Named[]): Option[] =>
	named.map(({ id, name }) => ({ value: id, label: name }));

interface Choices {
	readonly departments: readonly Named[];
	readonly categories: readonly Named[];
}

export const productFilters = ({ departments, categories }: Choices): readonly ListFilter[] => [
	...(departments.length < 2
		? []
		: [
				{
					name: 'department',
					label: m.records_department(),
					always: true,
					options: [
						{ value: 'all', label: m.lists_all_departments() },
						...namedOptions(departments)
					]
				}
			]),
	{ name: 'type', label: m.products_type(), options: typeOptions() },
	{ name: 'category', label: m.products_category(), options: namedOptions(categories) },
	{
		name: 'onSale',
		label: m.products_on_sale(),
		options: [
			{ value: 'yes', label: m.records_yes() },
			{ value: 'no', label: m.records_no() }
		]
	}
];
