import {
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

/** A company: the counterparty that contacts and deals belong to. Only its name is required. */
export const companyKind = defineKind({
	name: 'company',
	schemaVersion: 1,
	fields: {
		name: text({ max: 200, required: true }),
		alternativeNames: text({ max: 500 }),
		website: website(),
		emails: emails(),
		phones: phones(),
		place: place(),
		region: text({ max: 100 }),
		district: text({ max: 100 }),
		address: paragraph({ max: 1000 }),
		registrationNumber: text({ max: 30 }),
		type: reference('clientType'),
		industries: idSet('industry', { max: 20 }),
		source: reference('leadSource'),
		lastContactOn: day(),
		disqualified: flag(),
		unsubscribed: flag(),
		tags: idSet('tag', { max: 50 }),
		notes: richText(),
		// Who may see a company hangs on these two, so they change only through assignCompany.
		owner: reference('user', { live: false }),
		department: reference('department', { live: false, required: true })
	}
});
