import { normalizeAddress } from '#lib/shared/email-address.ts';

/** What is known of a person and his company before either is stored: as typed, addresses normalised. */
export interface Known {
	readonly firstName: string | null;
	readonly lastName: string | null;
	readonly emails: readonly string[];
	readonly phones: readonly Phone[];
	readonly companyName: string | null;
	/** Addresses and numbers of the company as a whole. */
	readonly companyEmails: readonly string[];
	readonly companyPhones: readonly Phone[];
	readonly website: string | null;
	/** ISO 3166-1 alpha-2. */
	readonly country: string | null;
}

export interface Phone {
	readonly raw: string;
	readonly e164: string | null;
}

export interface CompanyFacts {
	readonly id: string;
	readonly name: string;
	readonly alternativeNames: string | null;
	readonly website: string | null;
	readonly country: string | null;
	readonly city: string | null;
	/** Its own, and those of its contacts. */
	readonly emails: readonly string[];
	readonly phones: readonly Phone[];
}

export interface ContactFacts {
	readonly id: string;
	readonly fullName: string;
	readonly firstName: string;
	readonly lastName: string | null;
	readonly companyId: string | null;
	readonly companyName: string | null;
	readonly emails: readonly string[];
	readonly phones: readonly Phone[];
}

/** Why a record may be the one meant; pages have a word for each. */
export type Reason = 'name' | 'email' | 'phone' | 'domain' | 'website' | 'company' | 'country';

export interface Judged {
	/** The higher the likelier; 0 is nothing in common. */
	readonly score: number;
	readonly reasons: readonly Reason[];
	/** A person would hardly doubt it. */
	readonly isSure: boolean;
}

const COMPANY_WEIGHTS = { name: 60, email: 40, phone: 35, website: 30, domain: 25, country: 5 };
const CONTACT_WEIGHTS = { email: 50, phone: 45, name: 35, company: 10 };

/**
 * How likely this company is the one meant. The same name is enough, unless the two lie in different
 * countries and nothing else speaks for it.
 */
export function judgeCompany(
	known: Known,
	company: CompanyFacts,
	publicDomains: ReadonlySet<string>
): Judged {
	const own = new Set(company.emails.map(normalizeAddress));
	const addresses = [...known.companyEmails, ...known.emails].map(normalizeAddress);
	const domains = new Set(
		addresses.map(domainOf).filter((domain) => domain && !publicDomains.has(domain))
	);
	const isSameName = namesOf(company).some((name) => isSameCompanyName(name, known.companyName));
	const reasons: Reason[] = [];
	if (isSameName) reasons.push('name');
	if (addresses.some((address) => own.has(address))) reasons.push('email');
	else if ([...own].some((address) => domains.has(domainOf(address)))) reasons.push('domain');
	if (shareNumber([...known.companyPhones, ...known.phones], company.phones)) reasons.push('phone');
	if (isSameSite(company.website, known.website, domains)) reasons.push('website');
	const isElsewhere =
		known.country !== null && company.country !== null && known.country !== company.country;
	if (reasons.length > 0 && known.country !== null && known.country === company.country) {
		reasons.push('country');
	}
	const isAlone = reasons.length === 1;
	return {
		...scored(reasons, COMPANY_WEIGHTS),
		isSure: isSameName && !(isElsewhere && isAlone)
	};
}

/** How likely this contact is the person meant: sure only with his name and an address or number of his. */
export function judgeContact(known: Known, contact: ContactFacts): Judged {
	const own = new Set(contact.emails.map(normalizeAddress));
	const reasons: Reason[] = [];
	if (known.emails.some((address) => own.has(normalizeAddress(address)))) reasons.push('email');
	if (shareNumber(known.phones, contact.phones)) reasons.push('phone');
	const isReachedAlike = reasons.length > 0;
	const isNamedAlike = isSamePerson(known, contact);
	if (isNamedAlike) reasons.push('name');
	if (reasons.length > 0 && isSameCompanyName(contact.companyName, known.companyName)) {
		reasons.push('company');
	}
	return { ...scored(reasons, CONTACT_WEIGHTS), isSure: isReachedAlike && isNamedAlike };
}

/** The same first name, and no last name that contradicts. */
function isSamePerson(known: Known, contact: ContactFacts): boolean {
	if (folded(known.firstName) === '' || folded(known.firstName) !== folded(contact.firstName)) {
		return false;
	}
	const [one, other] = [folded(known.lastName), folded(contact.lastName)];
	return one === other;
}

const scored = (reasons: readonly Reason[], weights: Partial<Record<Reason, number>>) => ({
	reasons,
	score: reasons.reduce((sum, reason) => sum + (weights[reason] ?? 0), 0)
});

const namesOf = ({ name, alternativeNames }: CompanyFacts) => [
	name,
	...(alternativeNames ?? '').split(',')
];

/** Two numbers in different notations are the same when one is the end of the other. */
function shareNumber(some: readonly Phone[], others: readonly Phone[]): boolean {
	return some.some((one) =>
		others.some((other) => {
			if (one.e164 !== null && other.e164 !== null) return one.e164 === other.e164;
			const [a, b] = [digitsOf(one), digitsOf(other)];
			const [short = '', long = ''] = a.length < b.length ? [a, b] : [b, a];
			return short.length >= DIGITS_MIN && long.endsWith(short);
		})
	);
}

const DIGITS_MIN = 7;

/** Digits without the zero that stands for one's own country. */
const digitsOf = ({ raw, e164 }: Phone) => (e164 ?? raw).replace(/\D/g, '').replace(/^0+/, '');

function isSameSite(
	stored: string | null,
	typed: string | null,
	domains: ReadonlySet<string>
): boolean {
	const host = hostOf(stored);
	return host !== '' && (host === hostOf(typed) || domains.has(host));
}

/** Host of a web address as people type it, without "www."; '' when there is none. */
export function hostOf(website: string | null): string {
	if (!website) return '';
	const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(website) ? website : `https://${website}`);
	return (url?.hostname ?? '').replace(/^www\./, '');
}

/** What stands behind the at-sign. */
export const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);

/** What a company is in law, in the spellings of the countries we sell to; no part of its name. */
const LEGAL_FORMS = new Set(
	(
		'gmbh mbh ag kg ohg gbr ug eg ek ev kgaa se ltd limited llc llp lp plc inc incorporated corp corporation co ' +
		'sa sas sarl sasu eurl srl spa snc bv nv vof ab oy oyj as asa aps is sro spol zoo spz kft zrt nyrt ' +
		'doo dd ood eood sl slu lda pty pte kk ооо оао зао пао тов ат'
	).split(' ')
);

/**
 * What tells companies apart in a name: its words and numbers in small letters, without accents,
 * punctuation and the legal form before or after it. "3M" and "M" stay different.
 */
export function companyKey(name: string | null): string {
	const words = (name ?? '')
		.normalize('NFKD')
		.replace(/\p{M}/gu, '')
		.toLowerCase()
		// "S.p.A." is one word.
		.replace(/(?<![\p{L}\p{N}])\p{L}(?:\.\s?\p{L})+\.?(?![\p{L}\p{N}])/gu, (letters) =>
			letters.replace(/[.\s]/g, '')
		)
		.split(/[^\p{L}\p{N}]+/u)
		.filter((word) => word !== '');
	const first = words.findIndex((word) => !LEGAL_FORMS.has(word));
	const last = words.findLastIndex((word) => !LEGAL_FORMS.has(word));
	return (first === -1 ? words : words.slice(first, last + 1)).join(' ');
}

/** Whether two names mean the same company, in whatever letters and with whatever legal form. */
export function isSameCompanyName(one: string | null, other: string | null): boolean {
	const key = companyKey(one);
	return key !== '' && key === companyKey(other);
}

const folded = (name: string | null) =>
	(name ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
