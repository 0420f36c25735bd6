import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { websiteHost } from '#lib/server/db/tables/columns.ts';
import {
	companies,
	companyEmails,
	companyPhones,
	contactEmails,
	contactPhones,
	contacts
} from '#lib/server/db/tables/index.ts';
import { likePattern, namesContain } from '#lib/server/db/text-match.ts';
import { companiesFor, type Candidate, type Known } from '../model/judge.ts';
import { domainOf, findableWords, hostOf } from '../model/names.ts';
import {
	amongFound,
	emailsOf,
	endingWith,
	phonesOf,
	publicAmong,
	reachedAt,
	type Within
} from './ways.server.ts';

/** Of a company's people, whose domains and addresses it is known by. */
const ADDRESSES = 200;

const REACH = {
	...{ emails: companyEmails, emailOf: companyEmails.companyId },
	...{ phones: companyPhones, phoneOf: companyPhones.companyId }
};

export interface CompanySearch extends Within {
	/** Companies of people who are the one meant beyond doubt. */
	readonly ofPeople?: readonly string[];
}

/**
 * Companies that the actor may see and that may be the one meant, the likeliest first: by name, website,
 * addresses, numbers and mail domains, their own and those of their people. Two statements.
 */
export async function findCompanies(
	ctx: Ctx,
	known: Known,
	{ departmentId, ofPeople = [] }: CompanySearch = {}
): Promise<readonly Candidate[]> {
	const addresses = [...known.companyEmails, ...known.emails];
	const domains = [...new Set(addresses.map(domainOf))].filter((domain) => domain !== '');
	const publicDomains = await publicAmong(ctx, domains);
	const telling = domains.filter((domain) => !publicDomains.has(domain));
	const here =
		departmentId === undefined
			? sql`${companies.deletedAt} is null`
			: sql`${companies.deletedAt} is null and ${companies.departmentId} = ${departmentId}`;
	const ways = [...waysTo(known, here), ...telling.flatMap(byDomain)];
	if (ways.length === 0 && ofPeople.length === 0) return [];
	const found = ways.length > 0 ? amongFound(companies.id, ways) : sql`false`;
	const [mails, phones] = [companyEmails, companyPhones];
	const rows = await ctx.db
		.select({
			id: companies.id,
			name: companies.name,
			alternativeNames: companies.alternativeNames,
			website: companies.website,
			country: companies.country,
			city: sql<string | null>`${companies.city}`,
			emails: emailsOf(sql`(
				select ${mails.address} as address from ${mails} where ${mails.companyId} = ${companies.id}
				union (select ${contactEmails.address} from ${contactEmails}
					join ${contacts} on ${contacts.id} = ${contactEmails.contactId}
					where ${contacts.companyId} = ${companies.id} and ${contacts.deletedAt} is null
					limit ${ADDRESSES})) of_company`),
			phones: phonesOf(sql`(
				select ${phones.raw} as raw, ${phones.e164} as e164 from ${phones} where ${phones.companyId} = ${companies.id}
				union (select ${contactPhones.raw}, ${contactPhones.e164} from ${contactPhones}
					join ${contacts} on ${contacts.id} = ${contactPhones.contactId}
					where ${contacts.companyId} = ${companies.id} and ${contacts.deletedAt} is null
					limit ${ADDRESSES})) of_company`)
		})
		.from(companies)
		.where(
			and(
				sql`(${found} or ${inArray(companies.id, [...ofPeople])})`,
				companyRecords.visibleTo(ctx.actor),
				isNull(companies.deletedAt),
				departmentId === undefined ? undefined : eq(companies.departmentId, departmentId)
			)
		);
	const isPublic = (domain: string) => publicDomains.has(domain);
	return companiesFor(known, rows, { isPublic, ofPeople });
}

function waysTo(known: Known, here: SQL): SQL[] {
	const { companyName, website } = known;
	const host = hostOf(website);
	const reach = {
		emails: [...known.companyEmails, ...known.emails],
		phones: [...known.companyPhones, ...known.phones]
	};
	return [
		...(companyName
			? [
					sql`select ${companies.id} from ${companies} where lower(${companies.name}) = lower(${companyName}) and ${here}`,
					...byWords(companyName, here)
				]
			: []),
		...(host
			? [
					sql`select ${companies.id} from ${companies} where ${websiteHost(companies.website)} = ${host} and ${here}`
				]
			: []),
		...reachedAt(REACH, reach),
		...reachedAt(PEOPLE, reach).map(employersOf)
	];
}

const PEOPLE = {
	...{ emails: contactEmails, emailOf: contactEmails.contactId },
	...{ phones: contactPhones, phoneOf: contactPhones.contactId }
};

/** Where these people work. */
const employersOf = (people: SQL): SQL =>
	sql`select ${contacts.companyId} from ${contacts} where ${contacts.companyId} is not null
		and ${contacts.deletedAt} is null and ${contacts.id} in (${people})`;

/** Every telling word of the name, in the name or the alternative ones: the shortest names first. */
function byWords(companyName: string, here: SQL): SQL[] {
	const words = findableWords(companyName);
	if (words.length === 0) return [];
	const names = sql`(coalesce(${companies.name}, '') || ' ' || coalesce(${companies.alternativeNames}, ''))`;
	const all = sql.join(
		words.map((word) => sql`${namesContain(names, word)} and ${names} ilike ${likePattern(word)}`),
		sql` and `
	);
	return [
		sql`select ${companies.id} from ${companies} where ${all} and ${here} order by length(${companies.name})`
	];
}

const byDomain = (domain: string): SQL[] => [
	sql`select ${companies.id} from ${companies} where ${websiteHost(companies.website)} = ${domain} and ${companies.deletedAt} is null`,
	sql`select ${companyEmails.companyId} from ${companyEmails} where lower(${companyEmails.address}) like ${endingWith(`@${domain}`)}`,
	sql`select ${contacts.companyId} from ${contactEmails} join ${contacts} on ${contacts.id} = ${contactEmails.contactId}
		where lower(${contactEmails.address}) like ${endingWith(`@${domain}`)} and ${contacts.companyId} is not null`
];
