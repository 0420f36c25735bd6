import { m } from '#lib/messages/messages.js';

/** Names of a contact's fields, on his page and in his history. */
export const contactLabels = (): Readonly<Record<string, string>> => ({
	firstName: m.contacts_first_name(),
	middleName: m.contacts_middle_name(),
	lastName: m.contacts_last_name(),
	title: m.contacts_job_title(),
	emails: m.records_emails(),
	phones: m.records_phones(),
	tags: m.records_tags(),
	notes: m.records_notes(),
	company: m.contacts_company(),
	owner: m.records_owner(),
	department: m.records_department()
});
