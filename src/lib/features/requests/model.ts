export type { Candidate, Doubt, Reason } from './model/match.ts';
