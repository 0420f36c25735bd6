import { companyKind } from '#lib/features/companies/record.ts';
import { parseName } from '#lib/features/contacts/model.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { Candidate } from '../model/judge.ts';
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
): Promise<readonly Candidate[]> {
	const found = await findCompanies(ctx, knownFrom(readable(companyKind, values), COMPANY));
	return found.slice(0, SHOWN);
}

/** Contacts that the actor may see and that may be the one being entered, his name in one piece or in parts. */
export async function similarContacts(
	ctx: Ctx,
	{ name, ...values }: RecordValues
): Promise<readonly Candidate[]> {
	const parts = typeof name === 'string' ? parseName(name) : null;
	const known = knownFrom(readable(contactKind, { ...values, ...parts }), PERSON);
	return (await findPeople(ctx, known)).slice(0, SHOWN);
}

/** The fields in the form in which they are stored; what is half typed or will be refused says nothing. */
function readable({ fields }: RecordKind, typed: RecordValues): RecordValues {
	const read = Object.entries(typed).flatMap(([name, value]) => {
		const parsed = Object.hasOwn(fields, name) ? fields[name]?.parse(value) : undefined;
		return parsed?.ok ? [[name, parsed.value] as const] : [];
	});
	return Object.fromEntries(read);
}
