import type { SimilarCandidate } from '#lib/features/matching/model.ts';
import { findPeople, knownPerson, likeliest } from '#lib/features/matching/queries.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { leadKind } from '../record.ts';
import { findLeadCandidates } from './candidates.server.ts';

/**
 * Leads and contacts that the actor may see and that may be the one being entered, his name in one piece or in
 * parts; leads first, because another lead of the same person would be worked twice.
 */
export async function similarLeads(
	ctx: Ctx,
	values: RecordValues
): Promise<readonly SimilarCandidate[]> {
	const known = knownPerson(leadKind, values);
	const [leads, contacts] = await Promise.all([
		findLeadCandidates(ctx, known),
		findPeople(ctx, known)
	]);
	return [...likeliest('lead', leads), ...likeliest('contact', contacts)];
}
