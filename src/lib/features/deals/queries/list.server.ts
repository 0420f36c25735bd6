import { and, asc, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { cappedCount, keysetPage, type SortColumn, toPage } from '#lib/server/db/keyset.ts';
import {
	closingReasons,
	companies,
	contacts,
	dealClosures,
	dealCoOwners,
	deals,
	dealTags,
	departments,
	leads,
	pipelines,
	stages,
	tags,
	users
} from '#lib/server/db/tables/index.ts';
import type { Listing } from '#lib/server/records/list.ts';
import { changedSinceLooked } from '#lib/server/records/looked.ts';
import type { ListQuery } from '#lib/shared/list-query.ts';
import { dealRecords } from '../record.server.ts';
import { dealList } from '../schema.ts';
import { signalsOf } from '../model/signals.ts';
import { selection } from './conditions.server.ts';
import { dealFacts, momentOf } from './facts.server.ts';

const SORTS: Record<string, SortColumn> = {
	name: { column: deals.name, type: 'text' },
	number: { column: deals.number, type: 'bigint' },
	nextStep: { column: deals.nextStepOn, type: 'date', nullable: true },
	created: { column: deals.createdAt, type: 'timestamptz' },
	updated: { column: deals.updatedAt, type: 'timestamptz' }
};
const BY_NEXT_STEP: SortColumn = { column: deals.nextStepOn, type: 'date', nullable: true };
const BY_DELETION: SortColumn = { column: deals.deletedAt, type: 'timestamptz' };

export interface Named {
	readonly id: string;
	readonly name: string;
}

const row = {
	id: deals.id,
	rev: deals.rev,
	number: deals.number,
	name: deals.name,
	important: deals.important,
	stageId: deals.stageId,
	stageName: stages.name,
	stageOutcome: stages.outcome,
	pipelineName: pipelines.name,
	nextStep: deals.nextStep,
	nextStepOn: deals.nextStepOn,
	amountMinor: sql<string | null>`${deals.amountMinor}::text`,
	currency: deals.currency,
	companyId: deals.companyId,
	companyName: companies.name,
	contactId: deals.contactId,
	contactName: contacts.fullName,
	leadId: deals.leadId,
	leadName: leads.fullName,
	ownerId: deals.ownerId,
	ownerName: users.name,
	departmentId: deals.departmentId,
	departmentName: departments.name,
	createdAt: deals.createdAt,
	updatedAt: deals.updatedAt,
	deletedAt: deals.deletedAt,
	outcome: dealClosures.outcome,
	closedAt: dealClosures.closedAt,
	closedFor: closingReasons.name,
	coOwners: sql<Named[]>`(
		select coalesce(json_agg(json_build_object('id', co.id, 'name', co.name) order by co.name), '[]')
		from ${dealCoOwners} join ${users} co on co.id = ${dealCoOwners.userId}
		where ${dealCoOwners.dealId} = ${deals.id})`,
	tags: sql<Named[]>`(
		select coalesce(json_agg(json_build_object('id', ${tags.id}, 'name', ${tags.name}) order by ${tags.name}), '[]')
		from ${dealTags} join ${tags} on ${tags.id} = ${dealTags.tagId}
		where ${dealTags.dealId} = ${deals.id})`,
	/** Where the row lies in the list's order, for the cursor. */
	key: sql<string | null>`page.key`
};

export type DealRow = Awaited<ReturnType<typeof rowsOf>>[number];

/**
 * One page of the deals the actor may see, as the address asks, and how many there are in all pages
 * (up to 10,000). Four statements, one more when searching.
 */
export async function listDeals(ctx: Ctx, query: ListQuery) {
	const request = {
		sort: query.trash ? BY_DELETION : (SORTS[query.sort] ?? BY_NEXT_STEP),
		descending: query.trash || query.descending,
		after: query.after,
		before: query.before
	};
	const selected = await selection(ctx, query);
	const { page, order } = keysetPage(deals, selected, request);
	const [rows, total] = await Promise.all([
		rowsOf(ctx, page, order),
		cappedCount(ctx.db, deals, selected)
	]);
	const listed = toPage(rows, request);
	const ids = listed.rows.map(({ id }) => id);
	return { page: listed, total, unseen: await changedSinceLooked(ctx, 'deal', ids) };
}

/** The deals of one company, contact or lead that the actor may see, the nearest next step first. */
export async function listDealsOf(
	ctx: Ctx,
	of: { readonly companyId: string } | { readonly contactId: string } | { readonly leadId: string },
	limit = 20
) {
	return ctx.db
		.select({
			id: deals.id,
			name: deals.name,
			stageName: stages.name,
			stageOutcome: stages.outcome,
			nextStepOn: deals.nextStepOn,
			amountMinor: sql<string | null>`${deals.amountMinor}::text`,
			currency: deals.currency,
			ownerName: users.name
		})
		.from(deals)
		.innerJoin(stages, eq(stages.id, deals.stageId))
		.leftJoin(users, eq(users.id, deals.ownerId))
		.where(and(dealRecords.visibleTo(ctx.actor), isNull(deals.deletedAt), isOf(of)))
		.orderBy(asc(deals.nextStepOn), asc(deals.id))
		.limit(limit);
}

function isOf(of: Parameters<typeof listDealsOf>[1]): SQL {
	if ('companyId' in of) return eq(deals.companyId, of.companyId);
	return 'contactId' in of ? eq(deals.contactId, of.contactId) : eq(deals.leadId, of.leadId);
}

/** How deals are found, for the API. */
export const dealListing: Listing = { shape: dealList, sorts: SORTS, select: selection };

async function rowsOf(ctx: Ctx, page: SQL, order: SQL) {
	const rows = await ctx.db
		.select({ ...row, facts: dealFacts(ctx) })
		.from(sql`(${page}) page`)
		.innerJoin(deals, sql`${deals.id} = page.id`)
		.innerJoin(departments, eq(departments.id, deals.departmentId))
		.innerJoin(stages, eq(stages.id, deals.stageId))
		.innerJoin(pipelines, eq(pipelines.id, deals.pipelineId))
		.leftJoin(companies, eq(companies.id, deals.companyId))
		.leftJoin(contacts, eq(contacts.id, deals.contactId))
		.leftJoin(leads, eq(leads.id, deals.leadId))
		.leftJoin(users, eq(users.id, deals.ownerId))
		.leftJoin(dealClosures, eq(dealClosures.dealId, deals.id))
		.leftJoin(closingReasons, eq(closingReasons.id, dealClosures.reasonId))
		.orderBy(order);
	const moment = momentOf(ctx);
	return rows.map(({ facts, ...row }) => ({ ...row, signals: signalsOf(facts, moment) }));
}
