import {
	knownFrom,
	type Candidate,
	type PersonCandidate,
	type Reason
} from '#lib/features/matching/model.ts';
import { findCompanies, findPeople } from '#lib/features/matching/queries.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';

/** Who a lead may be already; `isSure`: a person would hardly doubt it. */
export type Match = Candidate & { readonly isSure: boolean };
export type ContactMatch = PersonCandidate & { readonly isSure: boolean };

export interface Matches {
	readonly companies: readonly Match[];
	readonly contacts: readonly ContactMatch[];
}

const SHOWN = 8;

const NAMES = {
	...{ firstName: 'firstName', lastName: 'lastName', companyName: 'companyName' },
	...{ website: 'website', place: 'place', emails: 'emails', phones: 'phones' },
	...{ companyEmails: 'companyEmails', companyPhones: 'companyPhones' }
} as const;

/** Companies and contacts that a lead with these values may be already, the likeliest first. */
export async function findMatches(ctx: Ctx, values: RecordValues): Promise<Matches> {
	const known = knownFrom(values, NAMES);
	const [companies, contacts] = await Promise.all([
		findCompanies(ctx, known),
		findPeople(ctx, known)
	]);
	return {
		companies: companies.slice(0, SHOWN).map((one) => ({ ...one, isSure: isSureCompany(one) })),
		contacts: contacts.slice(0, SHOWN).map((one) => ({ ...one, isSure: one.isStrong }))
	};
}

const BY_NAME: readonly Reason[] = [
	'same_company_name',
	'nearly_same_company_name',
	'same_alternative_name'
];

/**
 * A lead says of which company somebody is: only one of that name is meant, and not one in another country, unless
 * something else speaks for it.
 */
function isSureCompany({ reasons, doubts }: Candidate): boolean {
	const more = reasons.filter((reason) => !BY_NAME.includes(reason));
	return more.length < reasons.length && (doubts.length === 0 || more.length > 0);
}
