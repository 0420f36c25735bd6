import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { FieldValue, RecordValues } from '#lib/records/values.ts';

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
	disqualified: 'disqualified',
	unsubscribed: 'unsubscribed'
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
	sex: 'sex',
	bornOn: 'bornOn',
	lastContactOn: 'lastContactOn',
	disqualified: 'disqualified',
	unsubscribed: 'unsubscribed',
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
