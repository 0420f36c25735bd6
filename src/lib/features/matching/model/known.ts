import { entriesOf } from '#lib/records/document.ts';
import type { FieldValue, Place, RecordValues } from '#lib/records/values.ts';
import { normalizeAddress } from '#lib/shared/email-address.ts';
import type { Known } from './judge.ts';
import type { Phone } from './names.ts';

export const NOTHING_KNOWN: Known = {
	...{ firstName: null, lastName: null, companyName: null, website: null, country: null },
	...{ emails: [], phones: [], companyEmails: [], companyPhones: [], companyId: null }
};

/** Under which names a kind's values say what is known; what is not named is not known. */
type Names = Partial<Record<keyof Known | 'place', string>>;

/** What the values of a record say, stored already or as they were just typed. */
export function knownFrom(values: RecordValues, names: Names): Known {
	const of = (name: string | undefined) => (name === undefined ? undefined : values[name]);
	// Of this field's type: its parser made it.
	const place = of(names.place) as Place | null | undefined;
	return {
		firstName: textOf(of(names.firstName)),
		lastName: textOf(of(names.lastName)),
		companyName: textOf(of(names.companyName)),
		website: textOf(of(names.website)),
		country: place?.country ?? null,
		emails: addressesIn(of(names.emails)),
		phones: numbersIn(of(names.phones)),
		companyEmails: addressesIn(of(names.companyEmails)),
		companyPhones: numbersIn(of(names.companyPhones)),
		companyId: textOf(of(names.companyId))
	};
}

const textOf = (value: FieldValue | undefined) =>
	typeof value === 'string' && value !== '' ? value : null;

const addressesIn = (value: FieldValue | undefined): readonly string[] =>
	Object.values(entriesOf(value)).flatMap((entry) =>
		'address' in entry ? normalizeAddress(entry.address) : []
	);

const numbersIn = (value: FieldValue | undefined): readonly Phone[] =>
	Object.values(entriesOf(value)).flatMap((entry): readonly Phone[] =>
		'raw' in entry ? [{ raw: entry.raw, e164: entry.e164 }] : []
	);
