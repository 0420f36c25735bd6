import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { isConverted, leadRecords } from '#lib/features/leads/record.server.ts';
import { entriesOf } from '#lib/records/document.ts';
import type { Place, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { phoneTail, websiteHost } from '#lib/server/db/tables/columns.ts';
import {
	companies,
	companyEmails,
	companyPhones,
	contactEmails,
	contactPhones,
	contacts,
	leadEmails,
	leadPhones,
	leads,
	publicMailDomains
} from '#lib/server/db/tables/index.ts';
import { likePattern } from '#lib/server/db/text-match.ts';
import {
	companiesFor,
	peopleFor,
	type Candidate,
	type Inquirer,
	type KnownCompany,
	type KnownPerson,
	type PersonCandidate
} from '../model/match.ts';
import { requestKind } from '../record.ts';
import { domainOf, findableWords, hostOf, tailOf, type Phone } from '../model/words.ts';

export interface Candidates {
	readonly people: readonly PersonCandidate[];
	readonly leads: readonly PersonCandidate[];
	readonly companies: readonly Candidate[];
}

/** Rows that one way of looking may bring: beyond them a name is too common to tell anything. */
const PER_BRANCH = 20;
/** Of a company's people, whose domains and addresses it is known by. */
const ADDRESSES = 200;
/** Of each that people are asked about. */
const SHOWN = 5;

/**
 * Contacts, leads and companies of the department that whoever asks may be, with the reasons, the likeliest first.
 * At most four statements, whatever the number of records: each way of looking has its index.
 */
export async function findCandidates(
	ctx: Ctx,
	values: RecordValues,
	departmentId: string
): Promise<Candidates> {
	const asking = inquirerOf(values);
	const domains = [...new Set(asking.emails.map(domainOf))];
	const publicDomains = await publicAmong(ctx, domains);
	const telling = domains.filter((domain) => !publicDomains.has(domain));
	const within = { ctx, asking, departmentId };
	const [contactRows, leadRows] = await Promise.all([knownPeople(within), knownLeads(within)]);
	const people = peopleFor(asking, contactRows);
	const ofPeople = people.flatMap(({ isStrong, companyId }) => (isStrong ? (companyId ?? []) : []));
	const known = await knownCompanies(within, telling, ofPeople);
	const isPublic = (domain: string) => publicDomains.has(domain);
	return {
		people: people.slice(0, SHOWN),
		leads: peopleFor(asking, leadRows).slice(0, SHOWN),
		companies: companiesFor(asking, known, { isPublic, ofPeople }).slice(0, SHOWN)
	};
}

/** What the values of a request say about whoever asks, stored already or as they were just typed. */
function inquirerOf(typed: RecordValues): Inquirer {
	const values = stored(typed);
	const text = (name: string) => {
		const value = values[name];
		return typeof value === 'string' && value !== '' ? value : null;
	};
	return {
		firstName: text('firstName'),
		lastName: text('lastName'),
		companyName: text('companyName'),
		website: text('website'),
		country: (values.place as Place | null | undefined)?.country ?? null, // of this field's type
		companyId: text('company'),
		emails: Object.values(entriesOf(values.emails)).flatMap((entry) =>
			'address' in entry ? entry.address : []
		),
		phones: Object.values(entriesOf(values.phones)).flatMap((entry): readonly Phone[] =>
			'raw' in entry ? [{ raw: entry.raw, e164: entry.e164 }] : []
		)
	};
}

/** The fields in the form in which they are stored; what will be refused says nothing. */
function stored(typed: RecordValues): RecordValues {
	const fields = Object.entries(requestKind.fields).map(([name, field]) => {
		const parsed = field.parse(typed[name] ?? null);
		return [name, parsed.ok ? parsed.value : null] as const;
	});
	return Object.fromEntries(fields);
}

interface Within {
	readonly ctx: Ctx;
	readonly asking: Inquirer;
	readonly departmentId: string;
}

async function publicAmong(ctx: Ctx, domains: readonly string[]): Promise<ReadonlySet<string>> {
	if (domains.length === 0) return new Set();
	const rows = await ctx.db
		.select()
		.from(publicMailDomains)
		.where(inArray(publicMailDomains.domain, [...domains]));
	return new Set(rows.map(({ domain }) => domain));
}

const limited = (select: SQL) => sql`(${select} limit ${PER_BRANCH})`;

async function knownPeople({ ctx, asking, departmentId }: Within): Promise<readonly KnownPerson[]> {
	const { emails, phones, lastName } = asking;
	// Titles stand before the name and belong to it.
	const firstName = asking.firstName?.split(' ').at(-1);
	const branches = [
		...emails.map(
			(address) =>
				sql`select ${contactEmails.contactId} from ${contactEmails} where lower(${contactEmails.address}) = ${address}`
		),
		...phones.map(
			(phone) =>
				sql`select ${contactPhones.contactId} from ${contactPhones} where ${phoneTail(contactPhones.raw)} = ${tailOf(phone)}`
		),
		...(firstName && lastName
			? [
					sql`select ${contacts.id} from ${contacts} where ${contacts.fullName} ilike ${likePattern(firstName)}
						and ${contacts.fullName} ilike ${endingWith(lastName)} and ${contacts.deletedAt} is null
						and ${contacts.departmentId} = ${departmentId}`
				]
			: [])
	].map(limited);
	if (branches.length === 0) return [];
	return ctx.db
		.select({
			id: contacts.id,
			name: contacts.fullName,
			firstName: contacts.firstName,
			lastName: contacts.lastName,
			companyId: contacts.companyId,
			companyName: companies.name,
			companyAlternativeNames: companies.alternativeNames,
			emails: emailsOf(sql`${contactEmails} where ${contactEmails.contactId} = ${contacts.id}`),
			phones: phonesOf(sql`${contactPhones} where ${contactPhones.contactId} = ${contacts.id}`)
		})
		.from(contacts)
		.leftJoin(companies, eq(companies.id, contacts.companyId))
		.where(
			and(
				sql`${contacts.id} in (${sql.join(branches, sql` union `)})`,
				contactRecords.visibleTo(ctx.actor),
				isNull(contacts.deletedAt),
				eq(contacts.departmentId, departmentId)
			)
		);
}

async function knownLeads({ ctx, asking, departmentId }: Within): Promise<readonly KnownPerson[]> {
	const { emails, phones, lastName } = asking;
	const firstName = asking.firstName?.split(' ').at(-1);
	const names = sql`(coalesce(${leads.fullName}, '') || ' ' || coalesce(${leads.companyName}, ''))`;
	const branches = [
		...emails.map(
			(address) =>
				sql`select ${leadEmails.leadId} from ${leadEmails} where lower(${leadEmails.address}) = ${address}`
		),
		...phones.map(
			(phone) =>
				sql`select ${leadPhones.leadId} from ${leadPhones} where ${phoneTail(leadPhones.raw)} = ${tailOf(phone)}`
		),
		...(firstName && lastName
			? [
					sql`select ${leads.id} from ${leads} where ${names} ilike ${likePattern(firstName)}
						and ${names} ilike ${likePattern(lastName)} and ${leads.deletedAt} is null
						and ${leads.departmentId} = ${departmentId}`
				]
			: [])
	].map(limited);
	if (branches.length === 0) return [];
	return ctx.db
		.select({
			id: leads.id,
			name: leads.fullName,
			firstName: leads.firstName,
			lastName: leads.lastName,
			companyId: sql<null>`null`,
			companyName: leads.companyName,
			companyAlternativeNames: sql<null>`null`,
			emails: emailsOf(sql`${leadEmails} where ${leadEmails.leadId} = ${leads.id}`),
			phones: phonesOf(sql`${leadPhones} where ${leadPhones.leadId} = ${leads.id}`)
		})
		.from(leads)
		.where(
			and(
				sql`${leads.id} in (${sql.join(branches, sql` union `)})`,
				leadRecords.visibleTo(ctx.actor),
				sql`not ${isConverted}`,
				isNull(leads.deletedAt),
				eq(leads.departmentId, departmentId)
			)
		);
}

async function knownCompanies(
	{ ctx, asking, departmentId }: Within,
	domains: readonly string[],
	ofPeople: readonly string[]
): Promise<readonly KnownCompany[]> {
	const branches = [
		...companyBranches(asking, departmentId),
		...domains.flatMap(domainBranches)
	].map(limited);
	const found = branches.length > 0 ? sql.join(branches, sql` union `) : sql`select null::uuid`;
	const [mails, phones] = [companyEmails, companyPhones];
	return ctx.db
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
			phones: phonesOf(sql`${phones} where ${phones.companyId} = ${companies.id}`)
		})
		.from(companies)
		.where(
			and(
				sql`(${companies.id} in (${found}) or ${inArray(companies.id, [...ofPeople])})`,
				companyRecords.visibleTo(ctx.actor),
				isNull(companies.deletedAt),
				eq(companies.departmentId, departmentId)
			)
		);
}

function companyBranches(asking: Inquirer, departmentId: string): SQL[] {
	const { companyName, website, emails, phones } = asking;
	const host = hostOf(website);
	const here = sql`${companies.deletedAt} is null and ${companies.departmentId} = ${departmentId}`;
	return [
		...(companyName
			? [
					sql`select ${companies.id} from ${companies} where lower(${companies.name}) = ${companyName.toLowerCase()} and ${here}`,
					...wordBranch(companyName, here)
				]
			: []),
		...(host
			? [
					sql`select ${companies.id} from ${companies} where ${websiteHost(companies.website)} = ${host} and ${here}`
				]
			: []),
		...emails.flatMap((address) => [
			sql`select ${companyEmails.companyId} from ${companyEmails} where lower(${companyEmails.address}) = ${address}`,
			sql`select ${contacts.companyId} from ${contactEmails} join ${contacts} on ${contacts.id} = ${contactEmails.contactId}
				where lower(${contactEmails.address}) = ${address} and ${contacts.companyId} is not null`
		]),
		...phones.map(
			(phone) =>
				sql`select ${companyPhones.companyId} from ${companyPhones} where ${phoneTail(companyPhones.raw)} = ${tailOf(phone)}`
		)
	];
}

/** Every telling word of the name, in the name or the alternative ones: the shortest names first. */
function wordBranch(companyName: string, here: SQL): SQL[] {
	const words = findableWords(companyName);
	if (words.length === 0) return [];
	const names = sql`(coalesce(${companies.name}, '') || ' ' || coalesce(${companies.alternativeNames}, ''))`;
	const all = sql.join(
		words.map((word) => sql`${names} ilike ${likePattern(word)}`),
		sql` and `
	);
	return [
		sql`select ${companies.id} from ${companies} where ${all} and ${here} order by length(${companies.name})`
	];
}

const domainBranches = (domain: string): SQL[] => [
	sql`select ${companies.id} from ${companies} where ${websiteHost(companies.website)} = ${domain} and ${companies.deletedAt} is null`,
	sql`select ${companyEmails.companyId} from ${companyEmails} where lower(${companyEmails.address}) like ${endingWith(`@${domain}`)}`,
	sql`select ${contacts.companyId} from ${contactEmails} join ${contacts} on ${contacts.id} = ${contactEmails.contactId}
		where lower(${contactEmails.address}) like ${endingWith(`@${domain}`)} and ${contacts.companyId} is not null`
];

const emailsOf = (rows: SQL) =>
	sql<readonly string[]>`(select coalesce(json_agg(lower(address)), '[]') from ${rows})`;

const phonesOf = (rows: SQL) =>
	sql<
		readonly Phone[]
	>`(select coalesce(json_agg(json_build_object('raw', raw, 'e164', e164)), '[]') from ${rows})`;

const endingWith = (text: string) => likePattern(text).slice(0, -1);
