export {
	companiesFor,
	isIdentical,
	peopleFor,
	surest,
	warningOf,
	type Candidate,
	type Doubt,
	type Known,
	type KnownCompany,
	type KnownPerson,
	type PersonCandidate,
	type Reason,
	type SimilarCandidate
} from './model/judge.ts';
export { knownFrom, NOTHING_KNOWN } from './model/known.ts';
