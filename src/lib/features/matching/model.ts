export {
	companiesFor,
	isIdentical,
	peopleFor,
	surest,
	type Candidate,
	type Doubt,
	type Known,
	type KnownCompany,
	type KnownPerson,
	type PersonCandidate,
	type Reason
} from './model/judge.ts';
export { knownFrom, NOTHING_KNOWN } from './model/known.ts';
