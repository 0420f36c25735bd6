import { and, eq, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	companies,
	companyEmails,
	companyPhones,
	contactEmails,
	contactPhones,
	contacts
} from '#lib/server/db/tables/index.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { normalizeAddress } from '#lib/shared/email-address.ts';
import {
	companyKey,
	type CompanyFacts,
	type ContactFacts,
	domainOf,
	judgeCompany,
	judgeContact,
	type Judged,
	type Known,
	type Phone
} from './model.ts';
import { PUBLIC_MAIL_DOMAINS } from './standard-mail-domains.ts';

/** A record that may be the one meant. */
export interface Match extends Judged {
	readonly id: string;
	readonly name: string;
	/** What tells two of the same name apart. */
	readonly detail: string | null;
}

export interface ContactMatch extends Match {
	readonly companyId: string | null;
}

// Rows that one way of looking brings: what more of them have in common tells nobody apart.
const CANDIDATES = 50;
const SHOWN = 8;

/** Companies that the actor may see and that may be the one meant, the likeliest first. */
export async function matchCompanies(ctx: Ctx, known: Known): Promise<Match[]> {
	const ways = [...namedLike(known.companyName), ...reachedBy(known), ...employersOf(known)];
	if (ways.length === 0) return [];
	const rows = await ctx.db
		.select({
			id: companies.id,
			name: companies.name,
			alternativeNames: companies.alternativeNames,
			website: companies.website,
			country: companies.country,
			city: companies.city,
			emails: sql<string[]>`(
				select coalesce(json_agg(address), '[]') from (
					select address from company_emails where company_id = companies.id
					union select e.address from contact_emails e join contacts p on p.id = e.contact_id
						where p.company_id = companies.id and p.deleted_at is null
				) addresses)`,
			phones: sql<Phone[]>`(
				select coalesce(json_agg(json_build_object('raw', raw, 'e164', e164)), '[]') from (
					select raw, e164 from company_phones where company_id = companies.id
					union select n.raw, n.e164 from contact_phones n join contacts p on p.id = n.contact_id
						where p.company_id = companies.id and p.deleted_at is null
				) numbers)`
		})
		.from(companies)
		.where(
			and(
				companyRecords.visibleTo(ctx.actor),
				isNull(companies.deletedAt),
				amongFound(companies.id, ways)
			)
		);
	return ranked(rows, (row: CompanyFacts) => ({
		...judgeCompany(known, row, PUBLIC_MAIL_DOMAINS),
		...{ id: row.id, name: row.name, detail: row.city }
	}));
}

/** Contacts that the actor may see and that may be the person meant, the likeliest first. */
export async function matchContacts(ctx: Ctx, known: Known): Promise<ContactMatch[]> {
	const ways = [...calledLike(known), ...personReachedBy(known)];
	if (ways.length === 0) return [];
	const rows = await ctx.db
		.select({
			id: contacts.id,
			fullName: contacts.fullName,
			firstName: contacts.firstName,
			lastName: contacts.lastName,
			companyId: contacts.companyId,
			companyName: companies.name,
			emails: sql<string[]>`(
				select coalesce(json_agg(address), '[]') from contact_emails where contact_id = ${contacts.id})`,
			phones: sql<Phone[]>`(
				select coalesce(json_agg(json_build_object('raw', raw, 'e164', e164)), '[]')
				from contact_phones where contact_id = ${contacts.id})`
		})
		.from(contacts)
		.leftJoin(companies, eq(companies.id, contacts.companyId))
		.where(
			and(
				contactRecords.visibleTo(ctx.actor),
				isNull(contacts.deletedAt),
				amongFound(contacts.id, ways)
			)
		);
	return ranked(rows, (row: ContactFacts) => ({
		...judgeContact(known, row),
		...{ id: row.id, name: row.fullName, detail: row.companyName, companyId: row.companyId }
	}));
}

function ranked<Row, Found extends Match>(
	rows: readonly Row[],
	judge: (row: Row) => Found
): Found[] {
	return rows
		.map(judge)
		.filter(({ score }) => score > 0)
		.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
		.slice(0, SHOWN);
}

/** Each way by its own index, and capped on its own. */
const amongFound = (id: typeof companies.id | typeof contacts.id, ways: readonly SQL[]) =>
	sql`${id} in (${sql.join(
		ways.map((way) => sql`(${way} limit ${CANDIDATES})`),
		sql` union all `
	)})`;

/** Companies whose names hold every word of this one. */
function namedLike(name: string | null): SQL[] {
	const words = companyKey(name)
		.split(' ')
		.filter((word) => word !== '');
	if (name === null || words.length === 0) return [];
	// Fewer letters than a trigram are found only as a whole name.
	const exact = sql`select id from companies where lower(name) = lower(${name}) and deleted_at is null`;
	const long = words.filter((word) => word.length > 2);
	if (long.length === 0) return [exact];
	const names = sql`(coalesce(name, '') || ' ' || coalesce(alternative_names, ''))`;
	const holds = long.map((word) => sql`${names} ilike ${likePattern(word)}`);
	return [
		exact,
		sql`select id from companies where ${sql.join(holds, sql` and `)} and deleted_at is null`
	];
}

function reachedBy({ companyEmails: typed, emails, companyPhones: numbers, phones }: Known): SQL[] {
	const addresses = [...typed, ...emails].map(normalizeAddress);
	const domains = ownDomains(addresses);
	const e164s = numbersOf([...numbers, ...phones]);
	return [
		...(addresses.length > 0
			? [
					sql`select company_id from ${companyEmails} where ${inArray(sql`lower(address)`, addresses)}`
				]
			: []),
		...domains.map(
			(domain) =>
				sql`select company_id from ${companyEmails} where lower(address) like ${endsWith(domain)}`
		),
		...(e164s.length > 0
			? [sql`select company_id from ${companyPhones} where ${inArray(sql`e164`, e164s)}`]
			: [])
	];
}

/** Companies through the people who work there. */
function employersOf({ companyEmails: typed, emails, phones }: Known): SQL[] {
	const domains = ownDomains([...typed, ...emails].map(normalizeAddress));
	const e164s = numbersOf(phones);
	const addresses = emails.map(normalizeAddress);
	const employer = sql`select p.company_id from contacts p`;
	const alive = sql`p.company_id is not null and p.deleted_at is null`;
	const conditions = [
		...(addresses.length > 0 ? [inArray(sql`lower(e.address)`, addresses)] : []),
		...domains.map((domain) => sql`lower(e.address) like ${endsWith(domain)}`)
	];
	return [
		...(conditions.length > 0
			? [
					sql`${employer} join contact_emails e on e.contact_id = p.id where ${or(...conditions)} and ${alive}`
				]
			: []),
		...(e164s.length > 0
			? [
					sql`${employer} join contact_phones n on n.contact_id = p.id where ${inArray(sql`n.e164`, e164s)} and ${alive}`
				]
			: [])
	];
}

function calledLike({ firstName, lastName }: Known): SQL[] {
	if (!firstName || !lastName) return [];
	const pattern = `${literally(firstName)}% ${literally(lastName)}`;
	return [sql`select id from contacts where full_name ilike ${pattern} and deleted_at is null`];
}

function personReachedBy({ emails, phones }: Known): SQL[] {
	const e164s = numbersOf(phones);
	return [
		...(emails.length > 0
			? [
					sql`select contact_id from ${contactEmails} where ${inArray(sql`lower(address)`, emails.map(normalizeAddress))}`
				]
			: []),
		...(e164s.length > 0
			? [sql`select contact_id from ${contactPhones} where ${inArray(sql`e164`, e164s)}`]
			: [])
	];
}

const numbersOf = (phones: readonly Phone[]) => phones.flatMap(({ e164 }) => e164 ?? []);

const ownDomains = (addresses: readonly string[]) => [
	...new Set(addresses.map(domainOf).filter((domain) => domain && !PUBLIC_MAIL_DOMAINS.has(domain)))
];

/** The pattern of a text as it is typed. */
const literally = (text: string) => likePattern(text).slice(1, -1);

const endsWith = (domain: string) => `%@${literally(domain)}`;
