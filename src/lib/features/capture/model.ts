import { parseEmail, parsePhone } from '#lib/records/entries.ts';
import { findCountry } from '#lib/records/country-names.ts';
import type { Place, RecordValues } from '#lib/records/values.ts';
import type { Inquiry } from './schema.ts';

/** Text as phrases are looked for in it: no case, no accents, single spaces. */
export const foldText = (text: string) =>
	text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/gu, ' ').trim();

/** The first of the phrases that occurs in one of the texts. */
export function phraseIn<Phrase extends { readonly phrase: string }>(
	phrases: readonly Phrase[],
	...texts: readonly string[]
): Phrase | null {
	const folded = texts.map(foldText);
	return (
		phrases.find(({ phrase }) => {
			const wanted = foldText(phrase);
			return wanted !== '' && folded.some((text) => text.includes(wanted));
		}) ?? null
	);
}

/** What is wrong with how somebody can be reached, by the field of the form. */
export function faultsOf({ email, phone }: Inquiry) {
	const address = email === '' ? null : parseEmail({ address: email });
	const digits = phone.replace(/\D/g, '').length;
	const number = phone === '' ? null : parsePhone({ raw: phone });
	return [
		...(address && !address.ok ? [{ field: 'email', code: address.code }] : []),
		...(number && !number.ok ? [{ field: 'phone', code: number.code }] : []),
		...(number?.ok && digits < PHONE_DIGITS_MIN ? [{ field: 'phone', code: 'not_a_phone' }] : [])
	];
}

/** Fewer digits cannot be called back. */
const PHONE_DIGITS_MIN = 7;

/**
 * Where a visitor is, as far as it can be told: a country that is written in some known way. Where he says
 * none it is that of the department; where he says one that nobody knows, no city is put under another.
 */
export function placeOf({ country, city }: Inquiry, defaultCountry: string | null): Place | null {
	const code = country === '' ? defaultCountry : findCountry(country);
	// Pasted from a list: "Kyiv," and "Kyiv." are Kyiv.
	return code === null ? null : { country: code, city: city.replace(/[.,;\s]+$/u, '') || null };
}

/** The values of a request that says what a visitor wrote. */
export function requestFrom(
	inquiry: Inquiry,
	{ sourceId, place }: { readonly sourceId: string; readonly place: Place | null }
): RecordValues {
	const { email, phone, company, subject, message } = inquiry;
	return {
		requestFor: subject,
		description: message || null,
		companyName: company || null,
		place,
		source: sourceId,
		...(email && { emails: { form: { address: email, label: 'work', position: 0 } } }),
		...(phone && { phones: { form: { raw: phone, e164: null, label: 'work', position: 0 } } })
	};
}

/** Which field of the form a field of the request was made from. */
export const FORM_FIELDS: Readonly<Record<string, keyof Inquiry>> = {
	requestFor: 'subject',
	firstName: 'name',
	middleName: 'name',
	lastName: 'name',
	companyName: 'company',
	description: 'message',
	emails: 'email',
	phones: 'phone',
	place: 'country'
};
