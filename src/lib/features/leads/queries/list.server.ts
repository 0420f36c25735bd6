import { and, eq, isNotNull, isNull, not, type SQL, sql } from 'drizzle-orm';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import type { Ctx } from '#lib/server/context.ts';
import { byId, hasMember, membersNamed, ownedBy } from '#lib/server/db/conditions.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	departments,
	leadEmails,
	leadPhones,
	leads,
	leadSources,
	leadTags,
	tags,
	users
} from '#lib/server/db/tables/index.ts';
import { textMatch } from '#lib/server/db/text-match.ts';
import type { Listing } from '#lib/server/records/list.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { isConverted, leadRecords } from '../record.server.ts';
import { leadList } from '../schema.ts';

const BY_NAME: SortColumn = { column: leads.fullName, type: 'text' };
const BY_DELETION: SortColumn = { column: leads.deletedAt, type: 'timestamptz' };
const SORTS: Record<string, SortColumn> = {
	name: BY_NAME,
	company: { column: leads.companyName, type: 'text', nullable: true },
	number: { column: leads.number, type: 'bigint' },
	created: { column: leads.createdAt, type: 'timestamptz' },
	updated: { column: leads.updatedAt, type: 'timestamptz' }
};

/** Exactly the expression of the index leads_name_trigrams. */
const searchedText = sql`(coalesce(${leads.fullName}, '') || ' ' || coalesce(${leads.companyName}, ''))`;
const SEARCHED = {
	table: leads,
	text: searchedText,
	children: [
		{ table: leadEmails, record: leadEmails.leadId, text: sql`lower(${leadEmails.address})` }
	]
};

type Wanted = Pick<ListQuery, 'q' | 'filters' | 'trash'>;

const tagSet = { record: leadTags.leadId, member: leadTags.tagId };

const row = {
	id: leads.id,
	rev: leads.rev,
	number: leads.number,
	fullName: leads.fullName,
	title: leads.title,
	companyName: leads.companyName,
	country: leads.country,
	city: leads.city,
	disqualified: leads.disqualified,
	isConverted,
	sourceName: leadSources.name,
	ownerId: leads.ownerId,
	ownerName: users.name,
	departmentId: leads.departmentId,
	departmentName: departments.name,
	createdAt: leads.createdAt,
	updatedAt: leads.updatedAt,
	deletedAt: leads.deletedAt,
	email: sql<string | null>`(
		select ${leadEmails.address} from ${leadEmails}
		where ${leadEmails.leadId} = ${leads.id} order by ${leadEmails.position}, ${leadEmails.id} limit 1
	)`,
	phone: sql<string | null>`(
		select coalesce(${leadPhones.e164}, ${leadPhones.raw}) from ${leadPhones}
		where ${leadPhones.leadId} = ${leads.id} order by ${leadPhones.position}, ${leadPhones.id} limit 1
	)`,
	tags: membersNamed(tagSet, leads.id, tags),
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

export type LeadRow = Awaited<ReturnType<typeof rowsOf>>[number];

/**
 * One page of the leads the actor may see, as the address asks, and how many there are in all pages (up to
 * 10,000); those that have become contacts only when they are asked for.
 */
export async function listLeads(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_NAME),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await selection(ctx, query);
	const { page, order } = keysetPage(leads, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, leads, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'lead', ids) };
}

function rowsOf(ctx: Ctx, page: SQL, order: SQL) {
	return ctx.db
		.select(row)
		.from(sql`(${page}) page`)
		.innerJoin(leads, sql`${leads.id} = page.id`)
		.innerJoin(departments, eq(departments.id, leads.departmentId))
		.leftJoin(leadSources, eq(leadSources.id, leads.sourceId))
		.leftJoin(users, eq(users.id, leads.ownerId))
		.orderBy(order);
}

/** How leads are found, for the API. */
export const leadListing: Listing = { shape: leadList, sorts: SORTS, select: selection };

async function selection(ctx: Ctx, { q, filters, trash }: Wanted): Promise<SQL> {
	const conditions = Object.entries(filters).map(([name, value]) => condition(ctx, name, value));
	const seen = trash
		? departmentScope(ctx.actor, 'lead', leads, { verb: 'delete' })
		: leadRecords.visibleTo(ctx.actor);
	const all = and(
		seen,
		trash ? isNotNull(leads.deletedAt) : isNull(leads.deletedAt),
		filters['converted'] === undefined ? not(isConverted) : undefined,
		...conditions,
		...(q ? [await textMatch(ctx.db, q, SEARCHED)] : [])
	);
	return all ?? sql`true`;
}

function condition(ctx: Ctx, name: string, value: string): SQL {
	switch (name) {
		case 'owner':
			return ownedBy(leads.ownerId, value, ctx.actor.id);
		case 'department':
			return value === 'all' ? sql`true` : byId(leads.departmentId, value);
		case 'source':
			return byId(leads.sourceId, value);
		case 'country':
			return eq(leads.country, value);
		case 'tag':
			return hasMember(tagSet, leads.id, value);
		case 'disqualified':
			return eq(leads.disqualified, value === 'yes');
		case 'converted':
			return value === 'all' ? sql`true` : isConverted;
		default:
			return sql`true`;
	}
}
