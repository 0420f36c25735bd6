export {
	type CompanyPage,
	getCompany,
	getTrashedCompany,
	sameNamed
} from './queries/company.server.ts';
export { type Choice, type Choices, listChoices } from './queries/choices.server.ts';
export { companyListing, type CompanyRow, listCompanies } from './queries/list.server.ts';
