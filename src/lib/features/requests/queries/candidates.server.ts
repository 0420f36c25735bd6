import { findLeadCandidates } from '#lib/features/leads/queries.server.ts';
import { knownFrom, type Candidate, type PersonCandidate } from '#lib/features/matching/model.ts';
import { findCompanies, findPeople } from '#lib/features/matching/queries.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { requestKind } from '../record.ts';

export interface Candidates {
	readonly people: readonly PersonCandidate[];
	readonly leads: readonly PersonCandidate[];
	readonly companies: readonly Candidate[];
}

/** Of each that people are asked about. */
const SHOWN = 5;

const NAMES = {
	...{ firstName: 'firstName', lastName: 'lastName', companyName: 'companyName' },
	...{
		website: 'website',
		place: 'place',
		emails: 'emails',
		phones: 'phones',
		companyId: 'company'
	}
} as const;

/**
 * Contacts, leads and companies of the department that whoever asks may be, with the reasons, the likeliest first.
 * At most four statements, whatever the number of records: each way of looking has its index.
 */
export async function findCandidates(
	ctx: Ctx,
	values: RecordValues,
	departmentId: string
): Promise<Candidates> {
	const asking = knownFrom(stored(values), NAMES);
	const [people, leads] = await Promise.all([
		findPeople(ctx, asking, { departmentId }),
		findLeadCandidates(ctx, asking, { departmentId })
	]);
	const ofPeople = people.flatMap(({ isStrong, companyId }) => (isStrong ? (companyId ?? []) : []));
	const companies = await findCompanies(ctx, asking, { departmentId, ofPeople });
	return {
		people: people.slice(0, SHOWN),
		leads: leads.slice(0, SHOWN),
		companies: companies.slice(0, SHOWN)
	};
}

/** The fields in the form in which they are stored; what will be refused says nothing. */
function stored(typed: RecordValues): RecordValues {
	const fields = Object.entries(requestKind.fields).map(([name, field]) => {
		const parsed = field.parse(typed[name] ?? null);
		return [name, parsed.ok ? parsed.value : null] as const;
	});
	return Object.fromEntries(fields);
}
