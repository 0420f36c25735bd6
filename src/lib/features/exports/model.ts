import { entriesOf, idsOf } from '#lib/records/document.ts';
import type { Field, RecordKind } from '#lib/records/kind.ts';
import type { EmailEntry, FieldValue, Money, PhoneEntry, Place } from '#lib/records/values.ts';
import { amountInput } from '#lib/shared/money.ts';

/** One column of a file: a field of the kind, half of one that has two, or what every record has. */
export interface ExportColumn {
	readonly field: string;
	readonly part?: 'country' | 'city' | 'amount' | 'currency';
}

/** The columns of a kind's files, in the order of its declaration. */
export const exportColumns = ({ fields }: RecordKind): readonly ExportColumn[] => [
	{ field: 'number' },
	...Object.entries(fields).flatMap(([field, { type }]) =>
		partsOf(type).map((part) => ({ field, ...part }))
	),
	{ field: 'createdAt' },
	{ field: 'updatedAt' }
];

function partsOf(type: Field['type']): readonly Pick<ExportColumn, 'part'>[] {
	if (type === 'place') return [{ part: 'country' }, { part: 'city' }];
	return type === 'money' ? [{ part: 'amount' }, { part: 'currency' }] : [{}];
}

/** What a cell's text depends on beside the value. */
export interface CellWords {
	/** What an id in this field is called; null when the reader may not know. */
	nameOf(field: string, id: string): string | null;
	/** A word that only programs read, in the reader's language. */
	choice(word: string): string;
	country(code: string): string;
	readonly yes: string;
	readonly no: string;
}

/** A value as its cell holds it: what an import of the same file reads back. */
export function cellOf(
	{ field: name, part }: ExportColumn,
	field: Field,
	value: FieldValue,
	words: CellWords
): string {
	if (value === null) return '';
	const named = (id: string) => words.nameOf(name, id) ?? '';
	// The engine has read each value by its field: of the field's own form.
	switch (field.type) {
		case 'set':
			return together(idsOf(value).map(named));
		case 'emails':
		case 'phones':
			return together(inOrder(value).map(typed));
		case 'flag':
			return value === true ? words.yes : words.no;
		case 'choice':
			return words.choice(value as string);
		case 'reference':
			return named(value as string);
		case 'place':
			return placePart(value as Place, part, words);
		case 'money':
			return moneyPart(value as Money, part);
		default:
			return typeof value === 'string' ? value : '';
	}
}

/** Addresses or numbers, the first one first. */
export const inOrder = (value: FieldValue | undefined) =>
	Object.values(entriesOf(value)).sort((one, other) => one.position - other.position);

const typed = (entry: EmailEntry | PhoneEntry) => ('address' in entry ? entry.address : entry.raw);

/** Several in one cell: when one has a sign in it that would part them, each is a line with an end. */
function together(texts: readonly string[]): string {
	const shown = texts.filter((text) => text !== '');
	return shown.some((text) => /[,;|]/.test(text))
		? shown.map((text) => `${text}\n`).join('')
		: shown.join(', ');
}

const placePart = (
	{ country, city }: Place,
	part: ExportColumn['part'],
	{ country: name }: CellWords
) => (part === 'city' ? city : country === null ? null : name(country)) ?? '';

const moneyPart = ({ minor, currency }: Money, part: ExportColumn['part']) =>
	part === 'currency' ? currency : amountInput(minor, currency);

/** The columns of files of payments and of shipments. */
export const PAYMENT_COLUMNS = [
	...(['deal', 'company', 'contact', 'amount', 'currency', 'status', 'day', 'products'] as const),
	...(['owner', 'coOwners', 'contractNumber', 'invoiceNumber', 'orderNumber'] as const),
	...(['representation', 'department'] as const)
] as const;
export type PaymentColumn = (typeof PAYMENT_COLUMNS)[number];

export const SHIPMENT_COLUMNS = [
	...(['product', 'quantity', 'deal', 'company', 'contact', 'country', 'contract'] as const),
	...(['planned', 'shipped', 'paid', 'guaranteed', 'contractNumber', 'orderNumber'] as const),
	...(['owner', 'serial', 'department'] as const)
] as const;
export type ShipmentColumn = (typeof SHIPMENT_COLUMNS)[number];
