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
import { isBlank, type Fault, type RecordValues } from '#lib/records/values.ts';

const TEXT_MAX = 20_000;
/** Fewer digits cannot be called back. */
const PHONE_DIGITS_MIN = 7;

/**
 * A request: somebody asked for something. Who he says he is stands in its own fields and is never
 * replaced by what is known of the contact or company it is linked to.
 */
export const requestKind = defineKind({
	name: 'request',
	schemaVersion: 1,
	fields: {
		requestFor: text({ max: 250, required: true }),
		firstName: text({ max: 100 }),
		middleName: text({ max: 200 }),
		lastName: text({ max: 100 }),
		companyName: text({ max: 200 }),
		emails: emails(),
		phones: phones({ digitsMin: PHONE_DIGITS_MIN }),
		website: website(),
		place: place(),
		source: reference('leadSource'),
		receivedOn: day(),
		products: idSet('product', { max: 50 }),
		description: paragraph({ max: TEXT_MAX }),
		translation: paragraph({ max: TEXT_MAX }),
		notes: richText(),
		// What follows concerns other records, what becomes of the request, or who may see it: commands do it.
		contact: reference('contact', { live: false }),
		company: reference('company', { live: false }),
		lead: reference('lead', { live: false }),
		deal: reference('deal', { live: false }),
		pending: flag({ live: false }),
		subsequent: flag({ live: false }),
		duplicate: flag({ live: false }),
		case: flag({ live: false }),
		toVerify: flag({ live: false }),
		owner: reference('user', { live: false }),
		coOwner: reference('user', { live: false }),
		department: reference('department', { live: false, required: true })
	},
	check: (values) => [
		...(isNameless(values) ? [NAMELESS] : []),
		...(isTwofold(values) ? [TWOFOLD] : [])
	]
});

const NAMELESS: Fault = { field: 'firstName', code: 'required' };

/** Whoever is linked has a name already [C45]. */
const isNameless = ({ firstName, contact, lead }: RecordValues) =>
	isBlank(firstName) && isBlank(contact) && isBlank(lead);

const TWOFOLD: Fault = { field: 'lead', code: 'belongs_together' };

/** A lead is somebody who is not yet a contact of a company [T42, C44]. */
const isTwofold = ({ lead, contact, company }: RecordValues) =>
	!isBlank(lead) && (!isBlank(contact) || !isBlank(company));
