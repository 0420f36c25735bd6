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
	text
} from '#lib/records/fields.ts';
import { defineKind } from '#lib/records/kind.ts';

/** What a person says of himself; nothing where he says nothing. */
export const SEXES = ['female', 'male', 'other'] as const;

/** A person at a company, or not yet at any. Only a name is required, and one word is enough. */
export const contactKind = defineKind({
	name: 'contact',
	schemaVersion: 1,
	fields: {
		firstName: text({ max: 100, required: true }),
		// Longer than the others: a long name is kept whole, and everything between first and last stands here.
		middleName: text({ max: 200 }),
		lastName: text({ max: 100 }),
		title: text({ max: 100 }),
		emails: emails(),
		phones: phones(),
		sex: choice(SEXES),
		bornOn: day(),
		place: place(),
		region: text({ max: 100 }),
		district: text({ max: 100 }),
		address: paragraph({ max: 1000 }),
		source: reference('leadSource'),
		lastContactOn: day(),
		disqualified: flag(),
		unsubscribed: flag(),
		tags: idSet('tag', { max: 50 }),
		notes: richText(),
		// Changed only by moveContact and assignContact: owner and department follow the company.
		company: reference('company', { live: false }),
		owner: reference('user', { live: false }),
		department: reference('department', { live: false, required: true })
	}
});
