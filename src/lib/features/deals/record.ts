import { defineKind } from '#lib/records/kind.ts';
import { day, flag, idSet, money, reference, richText, text } from '#lib/records/fields.ts';

/**
 * A deal: something we may sell to somebody, moved through the stages of one pipeline by several
 * people at once. Whoever may see it may read every field, so all of them may live in the document.
 */
export const dealKind = defineKind({
	name: 'deal',
	schemaVersion: 1,
	fields: {
		name: text({ max: 250, required: true }),
		stage: reference('stage', { required: true }),
		nextStep: text({ max: 250, kept: true }),
		nextStepOn: day({ kept: true }),
		amount: money(),
		important: flag(),
		coOwners: idSet('user', { max: 50 }),
		tags: idSet('tag', { max: 50 }),
		notes: richText(),
		// What follows changes who may see the deal or has to agree with a second record: commands do it.
		pipeline: reference('pipeline', { required: true, live: false }),
		company: reference('company', { live: false }),
		contact: reference('contact', { live: false }),
		lead: reference('lead', { live: false }),
		partner: reference('contact', { live: false }),
		owner: reference('user', { live: false }),
		department: reference('department', { required: true, live: false })
	},
	// A deal is with a lead, or with a company and its contact.
	check: ({ lead, company, contact }) =>
		lead && (company || contact) ? [{ field: 'lead', code: 'belongs_together' }] : []
});
