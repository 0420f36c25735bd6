import type { KindName } from '#lib/shared/kinds.ts';
import {
	coreName,
	domainOf,
	hostOf,
	isSamePhone,
	namesIn,
	plainName,
	type Phone
} from './names.ts';

/** What is known of a person and his company before either is looked up: as typed, addresses in small letters. */
export interface Known {
	readonly firstName: string | null;
	readonly lastName: string | null;
	readonly companyName: string | null;
	readonly website: string | null;
	readonly country: string | null;
	readonly emails: readonly string[];
	readonly phones: readonly Phone[];
	/** Addresses and numbers of the company as a whole. */
	readonly companyEmails: readonly string[];
	readonly companyPhones: readonly Phone[];
	/** The company that he is linked to already. */
	readonly companyId: string | null;
}

export interface KnownPerson {
	readonly id: string;
	readonly name: string;
	readonly firstName: string | null;
	readonly lastName: string | null;
	readonly companyId: string | null;
	readonly companyName: string | null;
	readonly companyAlternativeNames: string | null;
	readonly emails: readonly string[];
	readonly phones: readonly Phone[];
}

export interface KnownCompany {
	readonly id: string;
	readonly name: string;
	readonly alternativeNames: string | null;
	readonly website: string | null;
	readonly country: string | null;
	readonly city: string | null;
	/** Its own and its contacts'. */
	readonly emails: readonly string[];
	readonly phones: readonly Phone[];
}

/** Why somebody may be the one, or what speaks against it; pages say it in words. */
export type Reason =
	| 'same_email'
	| 'same_phone'
	| 'same_name'
	| 'same_first_name'
	| 'same_company'
	| 'company_of_person'
	| 'same_company_name'
	| 'nearly_same_company_name'
	| 'same_alternative_name'
	| 'same_website'
	| 'same_mail_domain'
	| 'same_country';
export type Doubt =
	'other_last_name' | 'other_first_name' | 'other_email' | 'other_country' | 'other_company';

export interface Candidate {
	readonly id: string;
	readonly name: string;
	readonly detail: string | null;
	readonly score: number;
	readonly reasons: readonly Reason[];
	readonly doubts: readonly Doubt[];
	/** Good enough to be linked without known, if no other is. */
	readonly isStrong: boolean;
}

export interface PersonCandidate extends Candidate {
	readonly companyId: string | null;
	/** Would be the one, but for the company that is linked already [B79]. */
	readonly isElsewhere: boolean;
}

const WORTH: Readonly<Record<Reason | Doubt, number>> = {
	same_email: 60,
	same_phone: 55,
	same_name: 40,
	same_first_name: 10,
	same_company: 25,
	company_of_person: 65,
	same_company_name: 60,
	nearly_same_company_name: 45,
	same_alternative_name: 60,
	same_website: 60,
	same_mail_domain: 60,
	same_country: 5,
	other_last_name: -30,
	other_first_name: -40,
	other_email: -5,
	other_country: -25,
	other_company: -15
};
const WORTH_SHOWING = 35;
const STRONG = 60;

/**
 * People who may be the one meant, the likeliest first. A first name alone finds nobody; the same name
 * is a hint and never more, unless the company is the same, too.
 */
export const peopleFor = (
	known: Known,
	people: readonly KnownPerson[]
): readonly PersonCandidate[] =>
	ranked(
		people.map((person) => {
			const { reasons, doubts } = judgePerson(known, person);
			const isSure = reasons.includes('same_email') || reasons.includes('same_phone');
			const isNamed = reasons.includes('same_name') || reasons.includes('same_first_name');
			const personal = doubts.filter((doubt) => doubt !== 'other_company');
			const isTheOne =
				isNamed &&
				(isSure || reasons.includes('same_company')) &&
				personal.every((doubt) => doubt === 'other_email' && isSure) &&
				scoreOf(reasons, personal) >= STRONG;
			const isElsewhere = doubts.includes('other_company');
			return {
				...candidate(person, person.companyName, reasons, doubts),
				companyId: person.companyId,
				isStrong: isTheOne && !isElsewhere,
				isElsewhere: isTheOne && isElsewhere
			};
		})
	);

function judgePerson(known: Known, person: KnownPerson) {
	const reasons: Reason[] = [];
	const doubts: Doubt[] = [];
	const emails = known.emails.filter((address) => person.emails.includes(address));
	if (emails.length > 0) reasons.push('same_email');
	else if (known.emails.length > 0 && person.emails.length > 0) doubts.push('other_email');
	if (sharePhone(known.phones, person.phones)) reasons.push('same_phone');
	const name = compareNames(known, person);
	if (name === 'same_name' || name === 'same_first_name') reasons.push(name);
	else if (name !== null) doubts.push(name);
	if (namesCompany(known.companyName, person)) reasons.push('same_company');
	if (known.companyId !== null && person.companyId !== known.companyId)
		doubts.push('other_company');
	return { reasons, doubts };
}

type NameVerdict = 'same_name' | 'same_first_name' | 'other_last_name' | 'other_first_name';

function compareNames(known: Known, person: KnownPerson): NameVerdict | null {
	const [first, last] = [plainName(known.firstName ?? ''), plainName(known.lastName ?? '')];
	const [ownFirst, ownLast] = [plainName(person.firstName ?? ''), plainName(person.lastName ?? '')];
	if (first === '' || ownFirst === '') return null;
	if (last !== '' && ownLast !== '' && last !== ownLast) return 'other_last_name';
	if (!holdsOther(first, ownFirst)) return 'other_first_name';
	return last !== '' && last === ownLast ? 'same_name' : 'same_first_name';
}

/** "Dr. Anna" and "Anna Maria" are "Anna": every word of one is in the other. */
function holdsOther(one: string, other: string): boolean {
	const [few = [], many = []] = [one, other]
		.map((name) => name.split(' '))
		.sort((a, b) => a.length - b.length);
	return few.every((word) => many.includes(word));
}

/** Whether the company that somebody wrote is the one that the person is at, wholly or in its main words. */
function namesCompany(
	written: string | null,
	{ companyName, companyAlternativeNames }: KnownPerson
) {
	const wanted = coreName(written ?? '');
	if (wanted === '' || companyName === null) return false;
	const names = [companyName, ...namesIn(companyAlternativeNames)].map(coreName);
	return names.some((name) => name === wanted || ` ${name} `.includes(` ${wanted} `));
}

/** Companies that may be the one meant, the likeliest first. `isPublic` tells mail domains that say nothing. */
export const companiesFor = (
	known: Known,
	companies: readonly KnownCompany[],
	{ isPublic, ofPeople }: { isPublic: (domain: string) => boolean; ofPeople: readonly string[] }
): readonly Candidate[] =>
	ranked(
		companies.map((company) => {
			const domains = addressesOf(known)
				.map(domainOf)
				.filter((domain) => !isPublic(domain));
			const { reasons, doubts } = judgeCompany(known, company, domains);
			if (ofPeople.includes(company.id)) reasons.unshift('company_of_person');
			return {
				...candidate(company, company.city, reasons, doubts),
				isStrong: doubts.length === 0 && scoreOf(reasons, doubts) >= STRONG
			};
		})
	);

function judgeCompany(known: Known, company: KnownCompany, domains: readonly string[]) {
	const reasons: Reason[] = [];
	const doubts: Doubt[] = [];
	const addresses = addressesOf(known);
	const name = compareCompanies(known.companyName, company);
	if (name !== null) reasons.push(name);
	if (addresses.some((address) => company.emails.includes(address))) reasons.push('same_email');
	else if (domains.some((domain) => usesDomain(company, domain))) reasons.push('same_mail_domain');
	if (sharePhone([...known.companyPhones, ...known.phones], company.phones))
		reasons.push('same_phone');
	const host = hostOf(known.website);
	if (host !== null && host === hostOf(company.website)) reasons.push('same_website');
	if (known.country !== null && company.country !== null) {
		if (known.country === company.country) reasons.push('same_country');
		else doubts.push('other_country');
	}
	return { reasons, doubts };
}

function compareCompanies(written: string | null, company: KnownCompany): Reason | null {
	const wanted = plainName(written ?? '');
	if (wanted === '') return null;
	if (wanted === plainName(company.name)) return 'same_company_name';
	if (namesIn(company.alternativeNames).some((name) => plainName(name) === wanted))
		return 'same_alternative_name';
	return coreName(wanted) === coreName(company.name) ? 'nearly_same_company_name' : null;
}

const addressesOf = ({ companyEmails, emails }: Known) => [...companyEmails, ...emails];

const usesDomain = ({ website, emails }: KnownCompany, domain: string) =>
	hostOf(website) === domain || emails.some((address) => domainOf(address) === domain);

const sharePhone = (some: readonly Phone[], others: readonly Phone[]) =>
	some.some((one) => others.some((other) => isSamePhone(one, other)));

const candidate = (
	{ id, name }: { readonly id: string; readonly name: string },
	detail: string | null,
	reasons: readonly Reason[],
	doubts: readonly Doubt[]
) => ({ id, name, detail, reasons, doubts, score: scoreOf(reasons, doubts) });

const scoreOf = (reasons: readonly Reason[], doubts: readonly Doubt[]): number =>
	[...reasons, ...doubts].reduce((score, reason) => score + WORTH[reason], 0);

const ranked = <Ranked extends Candidate>(candidates: readonly Ranked[]): readonly Ranked[] =>
	candidates
		.filter(({ score }) => score >= WORTH_SHOWING)
		.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1) || (a.id < b.id ? -1 : 1));

/** The one candidate that may be linked without known: strong, and the only strong one. */
export function surest<Ranked extends Candidate>(candidates: readonly Ranked[]): Ranked | null {
	const [one, ...others] = candidates.filter(({ isStrong }) => isStrong);
	return one && others.length === 0 ? one : null;
}

/** The same first and last name and the same address or number: that is the same person [C146, B147]. */
export const isIdentical = ({ reasons }: Pick<Candidate, 'reasons'>): boolean =>
	reasons.includes('same_name') &&
	(reasons.includes('same_email') || reasons.includes('same_phone'));

/** A record that is like the one being entered, of whatever kind it is. */
export interface SimilarCandidate extends Candidate {
	readonly kind: KindName;
}

/**
 * One fault for each record that is like the one being entered, with what its page shows of it; `isRefused`
 * tells those beside which another one is not stored.
 */
export const warningOf = (
	found: readonly SimilarCandidate[],
	isRefused: (one: SimilarCandidate) => boolean = isIdentical
) => ({
	ok: false as const,
	faults: found.map((one) => ({
		field: 'similar',
		code: isRefused(one) ? 'identical' : 'similar',
		params: {
			...{ kind: one.kind, id: one.id, name: one.name, detail: one.detail ?? '' },
			...{ reasons: one.reasons.join(','), doubts: one.doubts.join(',') }
		}
	}))
});
