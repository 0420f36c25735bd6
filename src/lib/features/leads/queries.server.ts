export { leadListing, type LeadRow, listLeads } from './queries/list.server.ts';
export {
	getLead,
	getTrashedLead,
	type LeadConversion,
	type LeadPage,
	leadsOf
} from './queries/lead.server.ts';
export { findMatches, type Match } from './queries/matches.server.ts';
export { findLeadCandidates } from './queries/candidates.server.ts';
export { similarLeads } from './queries/similar.server.ts';
