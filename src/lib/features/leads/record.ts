import { SEXES } from '#lib/features/contacts/record.ts';
import {
	choice,
	day,
	emails,
	flag,
	idSet,
	paragraph,
	phones,
	place,
	reference,
	richText,
	text,
	website
} from '#lib/records/fields.ts';
import { defineKind } from '#lib/records/kind.ts';

/** A person who may become a contact, with what is known of his company as it was typed. Only a name is required. */
export const leadKind = defineKind({
	name: 'lead',
	schemaVersion: 1,
	fields: {
		firstName: text({ max: 100, required: true }),
		// As long as a contact's, which it becomes.
		middleName: text({ max: 200 }),
		lastName: text({ max: 100 }),
		title: text({ max: 100 }),
		emails: emails(),
		phones: phones(),
		companyName: text({ max: 200 }),
		companyEmails: emails(),
		companyPhones: phones(),
		website: website(),
		place: place(),
		region: text({ max: 100 }),
		district: text({ max: 100 }),
		address: paragraph({ max: 1000 }),
		type: reference('clientType'),
		industries: idSet('industry', { max: 20 }),
		source: reference('leadSource'),
		tags: idSet('tag', { max: 50 }),
		sex: choice(SEXES),
		bornOn: day(),
		lastContactOn: day(),
		disqualified: flag(),
		unsubscribed: flag(),
		notes: richText(),
		// Who may see a lead hangs on these two, so they change only through assignLead.
		owner: reference('user', { live: false }),
		department: reference('department', { live: false, required: true })
	}
});
