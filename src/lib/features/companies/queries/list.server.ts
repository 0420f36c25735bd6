import { and, eq, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { byId, hasMember, membersNamed, ownedBy } from '#lib/server/db/conditions.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	clientTypes,
	companies,
	companyEmails,
	companyIndustries,
	companyPhones,
	companyTags,
	departments,
	industries,
	tags,
	users
} from '#lib/server/db/tables/index.ts';
import { textMatch } from '#lib/server/db/text-match.ts';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Listing } from '#lib/server/records/list.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { companyRecords } from '../record.server.ts';
import { companyList } from '../schema.ts';

const SORTS: Record<string, SortColumn> = {
	name: { column: companies.name, type: 'text' },
	number: { column: companies.number, type: 'bigint' },
	city: { column: companies.city, type: 'text', nullable: true },
	created: { column: companies.createdAt, type: 'timestamptz' },
	updated: { column: companies.updatedAt, type: 'timestamptz' }
};
const BY_NAME: SortColumn = { column: companies.name, type: 'text' };
const BY_DELETION: SortColumn = { column: companies.deletedAt, type: 'timestamptz' };

/** Exactly the expression of the index companies_name_trigrams. */
const searchedText = sql`(coalesce(${companies.name}, '') || ' ' || coalesce(${companies.alternativeNames}, ''))`;
const SEARCHED = {
	table: companies,
	text: searchedText,
	children: [
		{
			table: companyEmails,
			record: companyEmails.companyId,
			text: sql`lower(${companyEmails.address})`
		}
	]
};

const tagSet = { record: companyTags.companyId, member: companyTags.tagId };
const industrySet = { record: companyIndustries.companyId, member: companyIndustries.industryId };

type Wanted = Pick<ListQuery, 'q' | 'filters' | 'trash'>;

const row = {
	id: companies.id,
	rev: companies.rev,
	number: companies.number,
	name: companies.name,
	website: companies.website,
	country: companies.country,
	city: companies.city,
	ownerId: companies.ownerId,
	ownerName: users.name,
	departmentId: companies.departmentId,
	departmentName: departments.name,
	typeId: companies.typeId,
	typeName: clientTypes.name,
	createdAt: companies.createdAt,
	updatedAt: companies.updatedAt,
	deletedAt: companies.deletedAt,
	email: sql<string | null>`(
		select ${companyEmails.address} from ${companyEmails}
		where ${companyEmails.companyId} = ${companies.id} order by ${companyEmails.position}, ${companyEmails.id} limit 1
	)`,
	phone: sql<string | null>`(
		select coalesce(${companyPhones.e164}, ${companyPhones.raw}) from ${companyPhones}
		where ${companyPhones.companyId} = ${companies.id} order by ${companyPhones.position}, ${companyPhones.id} limit 1
	)`,
	tags: membersNamed(tagSet, companies.id, tags),
	industries: membersNamed(industrySet, companies.id, industries),
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

export type CompanyRow = Awaited<ReturnType<typeof rowsOf>>[number];

/**
 * One page of the companies the actor may see, as the address asks, and how many there are in all pages
 * (up to 10,000). The trash is for those who may delete. Four statements, one more when searching.
 */
export async function listCompanies(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_NAME),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await selection(ctx, query);
	const { page, order } = keysetPage(companies, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, companies, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'company', ids) };
}

function rowsOf(ctx: Ctx, page: SQL, order: SQL) {
	return ctx.db
		.select(row)
		.from(sql`(${page}) page`)
		.innerJoin(companies, sql`${companies.id} = page.id`)
		.innerJoin(departments, eq(departments.id, companies.departmentId))
		.leftJoin(users, eq(users.id, companies.ownerId))
		.leftJoin(clientTypes, eq(clientTypes.id, companies.typeId))
		.orderBy(order);
}

async function selection(ctx: Ctx, { q, filters, trash }: Wanted): Promise<SQL> {
	const conditions = Object.entries(filters).map(([name, value]) => condition(ctx, name, value));
	const seen = trash
		? departmentScope(ctx.actor, 'company', companies, { verb: 'delete' })
		: companyRecords.visibleTo(ctx.actor);
	return allOf([
		seen,
		trash ? isNotNull(companies.deletedAt) : isNull(companies.deletedAt),
		...conditions,
		...(q ? [await textMatch(ctx.db, q, SEARCHED)] : [])
	]);
}

function condition(ctx: Ctx, name: string, value: string): SQL {
	switch (name) {
		case 'owner':
			return ownedBy(companies.ownerId, value, ctx.actor.id);
		case 'department':
			return value === 'all' ? sql`true` : byId(companies.departmentId, value);
		case 'country':
			return eq(companies.country, value);
		case 'type':
			return byId(companies.typeId, value);
		case 'industry':
			return hasMember(industrySet, companies.id, value);
		case 'tag':
			return hasMember(tagSet, companies.id, value);
		case 'email':
			return sql`not exists (select from ${companyEmails} where ${companyEmails.companyId} = ${companies.id})`;
		default:
			return sql`true`;
	}
}

/** How companies are found, for the API. */
export const companyListing: Listing = { shape: companyList, sorts: SORTS, select: selection };

const allOf = (conditions: readonly SQL[]): SQL => and(...conditions) ?? sql`true`;
