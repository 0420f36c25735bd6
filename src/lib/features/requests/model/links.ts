import { surest, type Candidate, type PersonCandidate } from '#lib/features/matching/model.ts';

/** Who a request is from: a contact with his company, a company alone, or a lead. */
export interface Links {
	readonly contactId: string | null;
	readonly companyId: string | null;
	readonly leadId: string | null;
}

export const NOBODY: Links = { contactId: null, companyId: null, leadId: null };

/** What may be linked without asking [C76]: whoever is a contact before whoever is a lead, before a company. */
export function surestLinks({
	people,
	leads,
	companies
}: {
	readonly people: readonly PersonCandidate[];
	readonly leads: readonly PersonCandidate[];
	readonly companies: readonly Candidate[];
}): Links {
	const person = surest(people);
	if (person) return { ...NOBODY, contactId: person.id, companyId: person.companyId };
	const lead = surest(leads);
	if (lead) return { ...NOBODY, leadId: lead.id };
	return { ...NOBODY, companyId: surest(companies)?.id ?? null };
}
