import { and, asc, desc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Ctx } from '#lib/server/context.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	companies,
	contacts,
	deals,
	departments,
	leadSources,
	requestEmails,
	requestPhones,
	requests,
	users
} from '#lib/server/db/tables/index.ts';
import type { Listing } from '#lib/server/records/list.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { qualifiesRequests } from '../policy.ts';
import { requestRecords } from '../record.server.ts';
import { requestList } from '../schema.ts';
import { isPending, mine, selection } from './conditions.server.ts';

const BY_CREATED: SortColumn = { column: requests.createdAt, type: 'timestamptz' };
const BY_DELETION: SortColumn = { column: requests.deletedAt, type: 'timestamptz' };
const SORTS: Record<string, SortColumn> = {
	name: { column: requests.requestFor, type: 'text' },
	number: { column: requests.number, type: 'bigint' },
	created: BY_CREATED,
	received: { column: requests.receivedOn, type: 'date', nullable: true },
	updated: { column: requests.updatedAt, type: 'timestamptz' }
};

const coOwners = alias(users, 'co_owners');

const row = {
	id: requests.id,
	rev: requests.rev,
	number: requests.number,
	ticket: requests.ticket,
	requestFor: requests.requestFor,
	fullName: requests.fullName,
	companyName: requests.companyName,
	country: requests.country,
	city: requests.city,
	sourceName: leadSources.name,
	receivedOn: requests.receivedOn,
	pending: requests.pending,
	duplicate: requests.duplicate,
	isCase: requests.isCase,
	subsequent: requests.subsequent,
	toVerify: requests.toVerify,
	contactId: requests.contactId,
	contactName: contacts.fullName,
	companyId: requests.companyId,
	linkedCompanyName: companies.name,
	leadId: requests.leadId,
	dealId: requests.dealId,
	dealName: deals.name,
	ownerId: requests.ownerId,
	ownerName: users.name,
	coOwnerId: requests.coOwnerId,
	coOwnerName: coOwners.name,
	departmentId: requests.departmentId,
	departmentName: departments.name,
	createdAt: requests.createdAt,
	updatedAt: requests.updatedAt,
	deletedAt: requests.deletedAt,
	email: sql<string | null>`(
		select ${requestEmails.address} from ${requestEmails}
		where ${requestEmails.requestId} = ${requests.id} order by ${requestEmails.position}, ${requestEmails.id} limit 1)`,
	phone: sql<string | null>`(
		select coalesce(${requestPhones.e164}, ${requestPhones.raw}) from ${requestPhones}
		where ${requestPhones.requestId} = ${requests.id} order by ${requestPhones.position}, ${requestPhones.id} limit 1)`,
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

export type RequestRow = Awaited<ReturnType<typeof rowsOf>>[number];

/**
 * One page of the requests the actor may see, as the address asks, and how many there are in all pages (up
 * to 10,000). Three statements, one more when searching.
 */
export async function listRequests(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_CREATED),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await selection(ctx, query);
	const { page, order } = keysetPage(requests, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, requests, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'request', ids) };
}

/** Numbers beyond it are nothing that anybody counts on. */
const MOST_COUNTED = 1_000;

/** How many requests wait in each view, up to a thousand. */
export async function countViews(ctx: Ctx) {
	const waiting = and(requestRecords.visibleTo(ctx.actor), isNull(requests.deletedAt), isPending);
	const own = mine(ctx.actor.id);
	const [counted] = await ctx.db
		.select({
			inbox: sql<number>`(count(*) filter (where unowned))::int`,
			mine: sql<number>`(count(*) filter (where own))::int`,
			pending: sql<number>`count(*)::int`
		})
		.from(
			sql`(select ${requests.ownerId} is null as unowned, ${own} as own
				from ${requests} where ${waiting} limit ${MOST_COUNTED}) waiting`
		);
	return counted ?? { inbox: 0, mine: 0, pending: 0 };
}

/** How many requests wait for the actor [C60], as an expression: all, and those from before today, which are late. */
export function waitingCount(ctx: Ctx): SQL<{ count: number; late: number }> {
	const zone = ctx.actor.timeZone;
	const today = sql`(${ctx.now.toISOString()}::timestamptz at time zone ${zone})::date`;
	return sql`(
		select json_build_object('count', count(*), 'late', count(*) filter (where late)) from (
			select (${requests.createdAt} at time zone ${zone})::date < ${today} as late
			from ${requests} where ${isWaitingFor(ctx)} limit ${MOST_COUNTED}
		) waiting
	)`;
}

/** The requests that wait for the actor, the one that has waited longest first. One statement. */
export const listWaiting = (ctx: Ctx, limit: number) =>
	ctx.db
		.select({
			id: requests.id,
			requestFor: requests.requestFor,
			companyName: requests.companyName,
			fullName: requests.fullName,
			isUnowned: sql<boolean>`${requests.ownerId} is null`,
			createdAt: requests.createdAt
		})
		.from(requests)
		.where(isWaitingFor(ctx))
		.orderBy(asc(requests.createdAt), asc(requests.id))
		.limit(limit);

/** His own, and those without an owner for whoever gives requests to others. */
function isWaitingFor(ctx: Ctx): SQL | undefined {
	const own = mine(ctx.actor.id);
	return and(
		requestRecords.visibleTo(ctx.actor),
		isNull(requests.deletedAt),
		isPending,
		qualifiesRequests(ctx.actor) ? sql`(${requests.ownerId} is null or ${own})` : own
	);
}

/** The latest requests of one company, contact or lead that the actor may see. */
export const listRequestsOf = (
	ctx: Ctx,
	of: { readonly companyId: string } | { readonly contactId: string } | { readonly leadId: string },
	limit = 8
) =>
	ctx.db
		.select({
			id: requests.id,
			requestFor: requests.requestFor,
			createdAt: requests.createdAt,
			pending: requests.pending,
			duplicate: requests.duplicate,
			isCase: requests.isCase,
			dealId: requests.dealId
		})
		.from(requests)
		.where(and(requestRecords.visibleTo(ctx.actor), isNull(requests.deletedAt), isOf(of)))
		.orderBy(desc(requests.createdAt), desc(requests.id))
		.limit(limit);

function isOf(of: Parameters<typeof listRequestsOf>[1]): SQL {
	if ('companyId' in of) return eq(requests.companyId, of.companyId);
	return 'contactId' in of ? eq(requests.contactId, of.contactId) : eq(requests.leadId, of.leadId);
}

/** How requests are found, for the API. */
export const requestListing: Listing = { shape: requestList, sorts: SORTS, select: selection };

function rowsOf(ctx: Ctx, page: SQL, order: SQL) {
	return ctx.db
		.select(row)
		.from(sql`(${page}) page`)
		.innerJoin(requests, sql`${requests.id} = page.id`)
		.innerJoin(departments, eq(departments.id, requests.departmentId))
		.leftJoin(leadSources, eq(leadSources.id, requests.sourceId))
		.leftJoin(contacts, eq(contacts.id, requests.contactId))
		.leftJoin(companies, eq(companies.id, requests.companyId))
		.leftJoin(deals, eq(deals.id, requests.dealId))
		.leftJoin(users, eq(users.id, requests.ownerId))
		.leftJoin(coOwners, eq(coOwners.id, requests.coOwnerId))
		.orderBy(order);
}
