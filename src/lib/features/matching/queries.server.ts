export { findCompanies } from './queries/companies.server.ts';
export { findPeople } from './queries/people.server.ts';
export {
	amongFound,
	emailsOf,
	nameBranch,
	phonesOf,
	reachedAt,
	type Within
} from './queries/ways.server.ts';
export {
	knownPerson,
	likeliest,
	similarCompanies,
	similarContacts
} from './queries/similar.server.ts';
