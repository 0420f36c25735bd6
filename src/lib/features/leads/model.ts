import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import type { Known } from '#lib/features/matching/model.ts';
import { entriesOf } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type {
	EmailEntry,
	Entries,
	FieldValue,
	PhoneEntry,
	Place,
	RecordValues
} from '#lib/records/values.ts';
import { normalizeAddress } from '#lib/shared/email-address.ts';

/** Where a field of a lead goes when the lead becomes a company; what has another name there says which. */
const TO_COMPANY: Readonly<Record<string, string>> = {
	companyName: 'name',
	companyEmails: 'emails',
	companyPhones: 'phones',
	website: 'website',
	place: 'place',
	region: 'region',
	district: 'district',
	address: 'address',
	type: 'type',
	industries: 'industries',
	source: 'source',
	disqualified: 'disqualified'
};

/** The same for the contact. */
const TO_CONTACT: Readonly<Record<string, string>> = {
	firstName: 'firstName',
	middleName: 'middleName',
	lastName: 'lastName',
	title: 'title',
	emails: 'emails',
	phones: 'phones',
	place: 'place',
	region: 'region',
	district: 'district',
	source: 'source',
	tags: 'tags',
	disqualified: 'disqualified',
	notes: 'notes'
};

/** The company that a lead's values make. */
export const companyFrom = (lead: RecordValues): RecordValues =>
	carried(lead, TO_COMPANY, companyKind);

/** The contact that a lead's values make. */
export const contactFrom = (lead: RecordValues): RecordValues =>
	carried(lead, TO_CONTACT, contactKind);

/** Fields that the other kind does not have stay with the lead, which is kept. */
function carried(
	lead: RecordValues,
	names: Readonly<Record<string, string>>,
	{ fields }: RecordKind
): RecordValues {
	const values = Object.entries(names).flatMap(([from, to]): [string, FieldValue][] => {
		const value = lead[from];
		return value === undefined || !Object.hasOwn(fields, to) ? [] : [[to, value]];
	});
	return Object.fromEntries(values);
}

/** Addresses and numbers of the lead that the contact does not have, to be added to his. */
export function missingEntries(lead: Entries, contact: Entries): Entries {
	const known = new Set(Object.values(contact).map(keyOf));
	const last = Math.max(-1, ...Object.values(contact).map(({ position }) => position));
	const missing = Object.entries(lead).filter(
		([id, entry]) => !known.has(keyOf(entry)) && !Object.hasOwn(contact, id)
	);
	return Object.fromEntries(
		missing.map(([id, entry], at) => [id, { ...entry, position: last + 1 + at }])
	);
}

const keyOf = (entry: EmailEntry | PhoneEntry) =>
	'address' in entry
		? normalizeAddress(entry.address)
		: (entry.e164 ?? entry.raw.replace(/\D/g, ''));

/** A lead as those are looked for who may be the same. */
export function knownFrom(values: RecordValues): Known {
	// Of these fields' types: their parsers made them.
	const place = values['place'] as Place | null;
	return {
		firstName: textOf(values['firstName']),
		lastName: textOf(values['lastName']),
		emails: addressesIn(values['emails']),
		phones: numbersIn(values['phones']),
		companyName: textOf(values['companyName']),
		companyEmails: addressesIn(values['companyEmails']),
		companyPhones: numbersIn(values['companyPhones']),
		website: textOf(values['website']),
		country: place?.country ?? null
	};
}

const textOf = (value: FieldValue | undefined) => (typeof value === 'string' ? value : null);

const addressesIn = (value: FieldValue | undefined) =>
	Object.values(entriesOf(value)).flatMap((entry) => ('address' in entry ? entry.address : []));

const numbersIn = (value: FieldValue | undefined) =>
	Object.values(entriesOf(value)).flatMap((entry) =>
		'raw' in entry ? [{ raw: entry.raw, e164: entry.e164 }] : []
	);
