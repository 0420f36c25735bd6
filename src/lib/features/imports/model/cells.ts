import type { Field } from '#lib/records/kind.ts';
import type {
	EmailEntry,
	Entries,
	Fault,
	FaultCode,
	FieldValue,
	PhoneEntry
} from '#lib/records/values.ts';
import { richTextOf } from '#lib/records/rich-text.ts';
import { splitAddresses } from '#lib/shared/email-address.ts';
import { newId } from '#lib/shared/ids.ts';
import { findCountry } from '#lib/records/country-names.ts';
import {
	partsOf,
	type CellFault,
	type Column,
	type FoundCompany,
	type FoundContact,
	type Lookups,
	type NamedList
} from './columns.ts';
import { chosenIn } from './chosen.ts';

export interface Part {
	readonly column: number;
	readonly text: string;
}

/** A row while its cells are being read. */
export interface Draft {
	readonly values: Record<string, FieldValue>;
	readonly nameParts: Record<'fullName' | 'firstName' | 'middleName' | 'lastName', string>;
	readonly place: { country: string | null; city: string | null };
	/** What makes one value, or depends on another cell, and so is put together at the end. */
	readonly parts: Partial<Record<'amount' | 'currency' | 'pipeline' | 'stage' | 'number', Part>>;
	/** Owner and department are those of the company [core 4.3]. */
	readonly followsCompany: boolean;
	readonly faults: CellFault[];
	readonly flags: CellFault[];
}

/** Reads one cell, which is not blank, into the draft: its value, or why it has none. */
export function readCell(
	draft: Draft,
	lookups: Lookups,
	{ column, target, field }: Column,
	cell: string
): void {
	const { reads } = target;
	const text = cell.trim();
	if (isPart(reads)) draft.parts[reads] = { column, text };
	else if (field) readField(draft, lookups, { column, target, field }, cell);
}

const PARTS = ['amount', 'currency', 'pipeline', 'stage', 'number'] as const;
const isPart = (reads: string): reads is (typeof PARTS)[number] =>
	PARTS.some((part) => part === reads);

function readField(
	draft: Draft,
	lookups: Lookups,
	{ column, target, field }: Column & { readonly field: Field },
	cell: string
): void {
	const { reads, field: name } = target;
	const text = cell.trim();
	switch (reads) {
		case 'fullName':
			draft.nameParts.fullName = text;
			return;
		case 'value':
			if (isNamePart(name)) draft.nameParts[name] = text;
			return put(draft, column, name, field, text);
		case 'country':
			draft.place.country = findCountry(text);
			if (!draft.place.country) draft.faults.push({ column, code: 'unknown_country' });
			return;
		case 'city':
			draft.place.city = text;
			return;
		case 'emails':
		case 'phones':
			return putEntries(draft, column, { name, field, reads }, cell);
		case 'richText':
			return putRichText(draft, column, { name, field }, text);
		case 'company':
			return putCompany(draft, column, name, lookups.company(text));
		case 'contact':
			return putContact(draft, column, lookups.contact(text));
		case 'people':
			return putPeople(draft, column, { name, lookups }, cell);
		case 'flag':
			return put(draft, column, name, field, text);
		case 'day':
			return put(draft, column, name, field, dayIn(text));
		case 'owner':
			return putOwner(draft, column, lookups.owner(text));
		case 'tags':
		case 'industries':
			return putNames(draft, column, { list: reads, name }, lookups, cell);
		case 'type':
		case 'source':
			return putNamed(draft, column, { name, id: lookups.named(reads, text) });
		default:
			// Parts, which have been taken out.
			return;
	}
}

export const isNamePart = (name: string): name is 'firstName' | 'middleName' | 'lastName' =>
	name === 'firstName' || name === 'middleName' || name === 'lastName';

/** Puts a scalar through its field's own parser. */
export function put(draft: Draft, column: number, name: string, field: Field, text: string) {
	if (field.shape !== 'scalar') return;
	const parsed = field.parse(chosenIn(field, text));
	if (parsed.ok) draft.values[name] = parsed.value;
	else draft.faults.push(faultAt(column, parsed));
}

export function faultAt(
	column: number,
	{ code, params }: { code: FaultCode; params?: Fault['params'] }
) {
	return params === undefined ? { column, code } : { column, code, params };
}

function putEntries(
	draft: Draft,
	column: number,
	{ name, field, reads }: { name: string; field: Field; reads: 'emails' | 'phones' },
	cell: string
) {
	if (field.shape !== 'list') return;
	// Of this shape: only this function puts entries there.
	const entries: Record<string, EmailEntry | PhoneEntry> = {
		...(draft.values[name] as Entries | undefined)
	};
	for (const part of reads === 'emails' ? splitAddresses(cell) : partsOf(cell)) {
		const position = Object.keys(entries).length;
		const parsed = field.parseEntry(entryOf(reads, part, position));
		if (!parsed.ok) draft.faults.push(faultAt(column, parsed));
		else if (position >= field.max) {
			draft.faults.push({ column, code: 'too_many', params: { max: field.max } });
		} else entries[newId()] = parsed.value;
		if (draft.faults.at(-1)?.column === column) return;
	}
	draft.values[name] = entries;
}

const entryOf = (reads: 'emails' | 'phones', text: string, position: number) =>
	reads === 'emails'
		? ({ address: text, label: 'work', position } satisfies EmailEntry)
		: ({ raw: text, e164: null, label: 'work', position } satisfies PhoneEntry);

/** "31.12.2026" and "2026-12-31 00:00:00" as the day that they are. */
function dayIn(text: string): string {
	const [, date, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
	if (date && month && year) return `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
	return /^(\d{4}-\d{2}-\d{2})[T ][\d:.]+Z?$/.exec(text)?.[1] ?? text;
}

function putContact(draft: Draft, column: number, found: FoundContact | 'several' | null) {
	if (found === null) draft.flags.push({ column, code: 'unknown_contact' });
	else if (found === 'several') draft.flags.push({ column, code: 'several_contacts' });
	else {
		draft.values.contact = found.id;
		draft.values.company ??= found.company;
	}
}

function putPeople(
	draft: Draft,
	column: number,
	{ name, lookups }: { name: string; lookups: Lookups },
	cell: string
) {
	const ids = new Set<string>();
	for (const part of partsOf(cell)) {
		const id = lookups.owner(part);
		if (id) ids.add(id);
		else draft.flags.push({ column, code: 'unknown_name', params: { name: part.slice(0, 80) } });
	}
	draft.values[name] = [...ids].sort();
}

function putCompany(
	draft: Draft,
	column: number,
	name: string,
	found: FoundCompany | 'several' | null
) {
	if (found === null) draft.flags.push({ column, code: 'unknown_company' });
	else if (found === 'several') draft.flags.push({ column, code: 'several_companies' });
	// A deal is where its pipeline is; whose it is has nothing to do with whose the company is.
	else if (!draft.followsCompany) draft.values[name] = found.id;
	else {
		// Owner and department of a contact follow its company [core 4.3].
		Object.assign(draft.values, {
			company: found.id,
			owner: found.owner,
			department: found.department
		});
	}
}

function putOwner(draft: Draft, column: number, id: string | null) {
	if (id === null) draft.flags.push({ column, code: 'unknown_owner' });
	else if (!draft.followsCompany || !draft.values.company) draft.values.owner = id;
}

function putNames(
	draft: Draft,
	column: number,
	{ list, name }: { list: NamedList; name: string },
	lookups: Lookups,
	cell: string
) {
	// Of this shape: only this function puts sets there.
	const ids = new Set((draft.values[name] as readonly string[] | undefined) ?? []);
	for (const part of partsOf(cell)) {
		const id = lookups.named(list, part);
		if (id) ids.add(id);
		else draft.flags.push({ column, code: 'unknown_name', params: { name: part.slice(0, 80) } });
	}
	draft.values[name] = [...ids].sort();
}

function putNamed(draft: Draft, column: number, { name, id }: { name: string; id: string | null }) {
	if (id) draft.values[name] = id;
	else draft.flags.push({ column, code: 'unknown_name' });
}

function putRichText(
	draft: Draft,
	column: number,
	{ name, field }: { name: string; field: Field },
	text: string
) {
	if (field.shape !== 'richText') return;
	const parsed = field.parse(richTextOf(text));
	if (parsed.ok) draft.values[name] = parsed.value;
	else draft.faults.push(faultAt(column, parsed));
}
