import { m } from '#lib/messages/messages.js';

/** Names of a contact's fields, on his page and in his history. */
export const contactLabels = (): Readonly<Record<string, string>> => ({
	firstName: m.contacts_first_name(),
	middleName: m.contacts_middle_name(),
	lastName: m.contacts_last_name(),
	title: m.contacts_job_title(),
	emails: m.records_emails(),
	phones: m.records_phones(),
	sex: m.contacts_sex(),
	bornOn: m.contacts_born(),
	place: m.records_place(),
	region: m.records_region(),
	district: m.records_district(),
	address: m.records_address(),
	source: m.companies_source(),
	lastContactOn: m.contacts_last_contact(),
	disqualified: m.leads_disqualified(),
	unsubscribed: m.contacts_unsubscribed(),
	tags: m.records_tags(),
	notes: m.records_notes(),
	company: m.contacts_company(),
	owner: m.records_owner(),
	department: m.records_department()
});
