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
	contacts,
	publicMailDomains
} from '#lib/server/db/tables/index.ts';
import { phoneTail, websiteHost } from '#lib/server/db/tables/columns.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import { normalizeAddress } from '#lib/shared/email-address.ts';
import {
	companyKey,
	type CompanyFacts,
	type ContactFacts,
	domainOf,
	hostOf,
	judgeCompany,
	judgeContact,
	type Judged,
	type Known,
	type Phone
} from './model.ts';

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
	const publicDomains = await publicAmong(ctx, known);
	const domains = domainsOf(known).filter((domain) => !publicDomains.has(domain));
	const ways = [
		...namedLike(known.companyName),
		...foundAt(known.website, domains),
		...reachedBy(known, domains),
		...employersOf(known, domains)
	];
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
		...judgeCompany(known, row, publicDomains),
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

/** Companies whose website is the one that was named, or at the domain of an address. */
function foundAt(website: string | null, domains: readonly string[]): SQL[] {
	const hosts = [...new Set([hostOf(website), ...domains])].filter((host) => host !== '');
	if (hosts.length === 0) return [];
	const host = websiteHost(companies.website);
	return [
		sql`select ${companies.id} from ${companies} where ${inArray(host, hosts)} and ${companies.deletedAt} is null`
	];
}

function reachedBy(known: Known, domains: readonly string[]): SQL[] {
	const address = sql`lower(${companyEmails.address})`;
	const tail = phoneTail(companyPhones.raw);
	const emails = or(...addressConditions(address, addressesOf(known), domains));
	const tails = tailsOf([...known.companyPhones, ...known.phones]);
	return [
		...(emails
			? [sql`select ${companyEmails.companyId} from ${companyEmails} where ${emails}`]
			: []),
		...(tails.length > 0
			? [sql`select ${companyPhones.companyId} from ${companyPhones} where ${inArray(tail, tails)}`]
			: [])
	];
}

/** Companies through the people who work there. */
function employersOf({ emails, phones }: Known, domains: readonly string[]): SQL[] {
	const address = sql`lower(${contactEmails.address})`;
	const addresses = or(...addressConditions(address, emails.map(normalizeAddress), domains));
	const tails = tailsOf(phones);
	const employer = sql`select ${contacts.companyId} from ${contacts}`;
	const alive = sql`${contacts.companyId} is not null and ${contacts.deletedAt} is null`;
	return [
		...(addresses
			? [
					sql`${employer} join ${contactEmails} on ${contactEmails.contactId} = ${contacts.id} where ${addresses} and ${alive}`
				]
			: []),
		...(tails.length > 0
			? [
					sql`${employer} join ${contactPhones} on ${contactPhones.contactId} = ${contacts.id}
						where ${inArray(phoneTail(contactPhones.raw), tails)} and ${alive}`
				]
			: [])
	];
}

function calledLike({ firstName, lastName }: Known): SQL[] {
	if (!firstName || !lastName) return [];
	const pattern = `${literally(firstName)}% ${literally(lastName)}`;
	return [
		sql`select ${contacts.id} from ${contacts} where ${contacts.fullName} ilike ${pattern} and ${contacts.deletedAt} is null`
	];
}

function personReachedBy({ emails, phones }: Known): SQL[] {
	const tails = tailsOf(phones);
	const address = sql`lower(${contactEmails.address})`;
	return [
		...(emails.length > 0
			? [
					sql`select ${contactEmails.contactId} from ${contactEmails} where ${inArray(address, emails.map(normalizeAddress))}`
				]
			: []),
		...(tails.length > 0
			? [
					sql`select ${contactPhones.contactId} from ${contactPhones} where ${inArray(phoneTail(contactPhones.raw), tails)}`
				]
			: [])
	];
}

const addressConditions = (address: SQL, exact: readonly string[], domains: readonly string[]) => [
	...(exact.length > 0 ? [inArray(address, [...exact])] : []),
	...domains.map((domain) => sql`${address} like ${`%@${literally(domain)}`}`)
];

const addressesOf = ({ companyEmails: typed, emails }: Known) =>
	[...typed, ...emails].map(normalizeAddress);

const domainsOf = (known: Known) => [
	...new Set(
		addressesOf(known)
			.map(domainOf)
			.filter((domain) => domain !== '')
	)
];

/** Domains that say nothing about where somebody works. */
async function publicAmong(ctx: Ctx, known: Known): Promise<ReadonlySet<string>> {
	const domains = domainsOf(known);
	if (domains.length === 0) return new Set();
	const rows = await ctx.db
		.select()
		.from(publicMailDomains)
		.where(inArray(publicMailDomains.domain, domains));
	return new Set(rows.map(({ domain }) => domain));
}

const TAIL = 8;
const TAIL_MIN = 7;

/** The last digits of each number, as the index on them has them; fewer tell nobody apart. */
const tailsOf = (phones: readonly Phone[]) =>
	phones.flatMap(({ raw }) => {
		const tail = raw.replace(/\D/g, '').slice(-TAIL);
		return tail.length < TAIL_MIN ? [] : [tail];
	});

/** The pattern of a text as it is typed. */
const literally = (text: string) => likePattern(text).slice(1, -1);
