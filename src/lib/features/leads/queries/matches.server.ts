import {
	type ContactMatch,
	type Match,
	matchCompanies,
	matchContacts
} from '#lib/features/matching/queries.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { knownFrom } from '../model.ts';

export interface Matches {
	readonly companies: readonly Match[];
	readonly contacts: readonly ContactMatch[];
}

/** Companies and contacts that a lead with these values may be already, the likeliest first. */
export async function findMatches(ctx: Ctx, values: RecordValues): Promise<Matches> {
	const known = knownFrom(values);
	const [companies, contacts] = await Promise.all([
		matchCompanies(ctx, known),
		matchContacts(ctx, known)
	]);
	return { companies, contacts };
}
