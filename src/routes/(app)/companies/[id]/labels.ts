import { m } from '#lib/messages/messages.js';

/** Names of a company's fields, on its page and in its history. */
export const companyLabels = (): Readonly<Record<string, string>> => ({
	name: m.records_name(),
	alternativeNames: m.companies_alternative_names(),
	website: m.records_website(),
	emails: m.records_emails(),
	phones: m.records_phones(),
	place: m.records_place(),
	region: m.records_region(),
	district: m.records_district(),
	address: m.records_address(),
	registrationNumber: m.companies_registration_number(),
	type: m.companies_type(),
	industries: m.companies_industries(),
	source: m.companies_source(),
	lastContactOn: m.contacts_last_contact(),
	disqualified: m.leads_disqualified(),
	unsubscribed: m.contacts_unsubscribed(),
	tags: m.records_tags(),
	notes: m.records_notes(),
	owner: m.records_owner(),
	department: m.records_department()
});
