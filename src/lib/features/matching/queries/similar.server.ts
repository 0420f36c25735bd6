import { companyKind } from '#lib/features/companies/record.ts';
import { parseName } from '#lib/features/contacts/model.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { KindName } from '#lib/shared/kinds.ts';
import type { Candidate, SimilarCandidate } from '../model/judge.ts';
import { knownFrom } from '../model/known.ts';
import { findCompanies } from './companies.server.ts';
import { findPeople } from './people.server.ts';

/** Of each kind that people are warned of. */
const SHOWN = 5;

const COMPANY = {
	...{ companyName: 'name', website: 'website', place: 'place' },
	...{ companyEmails: 'emails', companyPhones: 'phones' }
} as const;

const PERSON = {
	...{ firstName: 'firstName', lastName: 'lastName', emails: 'emails', phones: 'phones' }
} as const;

/** Companies that the actor may see and that may be the one being entered, the likeliest first. */
export async function similarCompanies(
	ctx: Ctx,
	values: RecordValues
): Promise<readonly SimilarCandidate[]> {
	const found = await findCompanies(ctx, knownFrom(readable(companyKind, values), COMPANY));
	return likeliest('company', found);
}

/** Contacts that the actor may see and that may be the one being entered, his name in one piece or in parts. */
export async function similarContacts(
	ctx: Ctx,
	values: RecordValues
): Promise<readonly SimilarCandidate[]> {
	const known = knownPerson(contactKind, values);
	return likeliest('contact', await findPeople(ctx, known));
}

/** The likeliest of one kind. */
export const likeliest = (
	kind: KindName,
	found: readonly Candidate[]
): readonly SimilarCandidate[] => found.slice(0, SHOWN).map((one) => ({ ...one, kind }));

/** What is known of a person whose name is typed in one piece or in parts. */
export function knownPerson(kind: RecordKind, { name, ...values }: RecordValues) {
	const parts = typeof name === 'string' ? parseName(name) : null;
	return knownFrom(readable(kind, { ...values, ...parts }), PERSON);
}

/** The fields in the form in which they are stored; what is half typed or will be refused says nothing. */
function readable({ fields }: RecordKind, typed: RecordValues): RecordValues {
	const read = Object.entries(typed).flatMap(([name, value]) => {
		const parsed = Object.hasOwn(fields, name) ? fields[name]?.parse(value) : undefined;
		return parsed?.ok ? [[name, parsed.value] as const] : [];
	});
	return Object.fromEntries(read);
}
